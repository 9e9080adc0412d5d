/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-file.h"

#define SCHEME "memory"

static GMutex lock;
static GHashTable *contents; /* URI -> GBytes, guarded by the lock */
static gsize space = G_MAXSIZE;

static GBytes *
lookup (const char *uri)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  GBytes *content = contents != NULL ? g_hash_table_lookup (contents, uri) : NULL;

  return content != NULL ? g_bytes_ref (content) : NULL;
}

static void
store (const char *uri,
       GBytes *content)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  if (contents == NULL)
    contents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) g_bytes_unref);
  if (content != NULL)
    g_hash_table_insert (contents, g_strdup (uri), g_bytes_ref (content));
  else
    g_hash_table_remove (contents, uri);
}

/* --- reading --- */

#define MEMORY_TYPE_INPUT (memory_input_get_type ())
G_DECLARE_FINAL_TYPE (MemoryInput, memory_input, MEMORY, INPUT, GFileInputStream)

struct _MemoryInput
{
  GFileInputStream parent_instance;
  GInputStream *stream;
};

G_DEFINE_FINAL_TYPE (MemoryInput, memory_input, G_TYPE_FILE_INPUT_STREAM)

static void
memory_input_finalize (GObject *object)
{
  g_clear_object (&MEMORY_INPUT (object)->stream);

  G_OBJECT_CLASS (memory_input_parent_class)->finalize (object);
}

static gssize
memory_input_read (GInputStream *stream,
                   void *buffer,
                   gsize count,
                   GCancellable *cancellable,
                   GError **error)
{
  return g_input_stream_read (MEMORY_INPUT (stream)->stream, buffer, count, cancellable, error);
}

static goffset
memory_input_tell (GFileInputStream *stream)
{
  return g_seekable_tell (G_SEEKABLE (MEMORY_INPUT (stream)->stream));
}

static gboolean
memory_input_can_seek (GFileInputStream *stream)
{
  return TRUE;
}

static gboolean
memory_input_seek (GFileInputStream *stream,
                   goffset offset,
                   GSeekType type,
                   GCancellable *cancellable,
                   GError **error)
{
  return g_seekable_seek (G_SEEKABLE (MEMORY_INPUT (stream)->stream), offset, type, cancellable,
                          error);
}

static GFileInfo *
new_info (gsize size)
{
  GFileInfo *info = g_file_info_new ();

  g_file_info_set_file_type (info, G_FILE_TYPE_REGULAR);
  g_file_info_set_size (info, size);
  return info;
}

static GFileInfo *
memory_input_query_info (GFileInputStream *stream,
                         const char *attributes,
                         GCancellable *cancellable,
                         GError **error)
{
  GSeekable *seekable = G_SEEKABLE (MEMORY_INPUT (stream)->stream);
  goffset here = g_seekable_tell (seekable);
  goffset size;

  g_seekable_seek (seekable, 0, G_SEEK_END, NULL, NULL);
  size = g_seekable_tell (seekable);
  g_seekable_seek (seekable, here, G_SEEK_SET, NULL, NULL);

  return new_info (size);
}

static void
memory_input_class_init (MemoryInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = memory_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = memory_input_read;
  G_FILE_INPUT_STREAM_CLASS (klass)->tell = memory_input_tell;
  G_FILE_INPUT_STREAM_CLASS (klass)->can_seek = memory_input_can_seek;
  G_FILE_INPUT_STREAM_CLASS (klass)->seek = memory_input_seek;
  G_FILE_INPUT_STREAM_CLASS (klass)->query_info = memory_input_query_info;
}

static void
memory_input_init (MemoryInput *self)
{
}

/* --- writing --- */

#define MEMORY_TYPE_OUTPUT (memory_output_get_type ())
G_DECLARE_FINAL_TYPE (MemoryOutput, memory_output, MEMORY, OUTPUT, GFileOutputStream)

struct _MemoryOutput
{
  GFileOutputStream parent_instance;
  char *uri;
  GByteArray *bytes;
};

G_DEFINE_FINAL_TYPE (MemoryOutput, memory_output, G_TYPE_FILE_OUTPUT_STREAM)

static void
memory_output_finalize (GObject *object)
{
  MemoryOutput *self = MEMORY_OUTPUT (object);

  g_free (self->uri);
  g_byte_array_unref (self->bytes);

  G_OBJECT_CLASS (memory_output_parent_class)->finalize (object);
}

static gssize
memory_output_write (GOutputStream *stream,
                     const void *buffer,
                     gsize count,
                     GCancellable *cancellable,
                     GError **error)
{
  MemoryOutput *self = MEMORY_OUTPUT (stream);
  gsize n = MIN (count, space - self->bytes->len);

  if (count > 0 && n == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "No space left on device");
      return -1;
    }
  g_byte_array_append (self->bytes, buffer, n);
  return n;
}

/* A writer that gave up cancels the closing, so that the old file stays. */
static gboolean
memory_output_close (GOutputStream *stream,
                     GCancellable *cancellable,
                     GError **error)
{
  MemoryOutput *self = MEMORY_OUTPUT (stream);
  g_autoptr (GBytes) content = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  content = g_bytes_new (self->bytes->data, self->bytes->len);
  store (self->uri, content);
  return TRUE;
}

static void
memory_output_class_init (MemoryOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = memory_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = memory_output_write;
  G_OUTPUT_STREAM_CLASS (klass)->close_fn = memory_output_close;
}

static void
memory_output_init (MemoryOutput *self)
{
  self->bytes = g_byte_array_new ();
}

/* --- files --- */

#define MEMORY_TYPE_FILE (memory_file_get_type ())
G_DECLARE_FINAL_TYPE (MemoryFile, memory_file, MEMORY, FILE, GObject)

struct _MemoryFile
{
  GObject parent_instance;
  char *uri;
};

static void memory_file_iface_init (GFileIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MemoryFile, memory_file, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_FILE, memory_file_iface_init))

static void
memory_file_finalize (GObject *object)
{
  g_free (MEMORY_FILE (object)->uri);

  G_OBJECT_CLASS (memory_file_parent_class)->finalize (object);
}

static void
memory_file_class_init (MemoryFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = memory_file_finalize;
}

static void
memory_file_init (MemoryFile *self)
{
}

static GFile *
memory_file_dup (GFile *file)
{
  return memory_file_new (MEMORY_FILE (file)->uri);
}

static guint
memory_file_hash (GFile *file)
{
  return g_str_hash (MEMORY_FILE (file)->uri);
}

static gboolean
memory_file_equal (GFile *file,
                   GFile *other)
{
  return g_str_equal (MEMORY_FILE (file)->uri, MEMORY_FILE (other)->uri);
}

static gboolean
memory_file_is_native (GFile *file)
{
  return FALSE;
}

static gboolean
memory_file_has_uri_scheme (GFile *file,
                            const char *scheme)
{
  return g_ascii_strcasecmp (scheme, SCHEME) == 0;
}

static char *
memory_file_get_uri_scheme (GFile *file)
{
  return g_strdup (SCHEME);
}

static char *
memory_file_get_basename (GFile *file)
{
  return g_path_get_basename (MEMORY_FILE (file)->uri);
}

static char *
memory_file_get_path (GFile *file)
{
  return NULL;
}

static char *
memory_file_get_uri (GFile *file)
{
  return g_strdup (MEMORY_FILE (file)->uri);
}

static GFile *
memory_file_get_parent (GFile *file)
{
  return NULL;
}

static GFileInfo *
memory_file_query_info (GFile *file,
                        const char *attributes,
                        GFileQueryInfoFlags flags,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GBytes) content = lookup (MEMORY_FILE (file)->uri);

  if (content != NULL)
    return new_info (g_bytes_get_size (content));

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No such file");
  return NULL;
}

static GFileInputStream *
memory_file_read (GFile *file,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GBytes) content = lookup (MEMORY_FILE (file)->uri);
  MemoryInput *stream;

  if (content == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No such file");
      return NULL;
    }

  stream = g_object_new (MEMORY_TYPE_INPUT, NULL);
  stream->stream = g_memory_input_stream_new_from_bytes (content);
  return G_FILE_INPUT_STREAM (stream);
}

static GFileOutputStream *
memory_file_replace (GFile *file,
                     const char *etag,
                     gboolean make_backup,
                     GFileCreateFlags flags,
                     GCancellable *cancellable,
                     GError **error)
{
  MemoryOutput *stream = g_object_new (MEMORY_TYPE_OUTPUT, NULL);

  stream->uri = g_strdup (MEMORY_FILE (file)->uri);
  return G_FILE_OUTPUT_STREAM (stream);
}

static void
memory_file_iface_init (GFileIface *iface)
{
  iface->dup = memory_file_dup;
  iface->hash = memory_file_hash;
  iface->equal = memory_file_equal;
  iface->is_native = memory_file_is_native;
  iface->has_uri_scheme = memory_file_has_uri_scheme;
  iface->get_uri_scheme = memory_file_get_uri_scheme;
  iface->get_basename = memory_file_get_basename;
  iface->get_path = memory_file_get_path;
  iface->get_uri = memory_file_get_uri;
  iface->get_parse_name = memory_file_get_uri;
  iface->get_parent = memory_file_get_parent;
  iface->query_info = memory_file_query_info;
  iface->read_fn = memory_file_read;
  iface->replace = memory_file_replace;
}

GFile *
memory_file_new (const char *uri)
{
  MemoryFile *self = g_object_new (MEMORY_TYPE_FILE, NULL);

  self->uri = g_strdup (uri);
  return G_FILE (self);
}

static GFile *
new_for_uri (GVfs *vfs,
             const char *uri,
             gpointer user_data)
{
  return memory_file_new (uri);
}

void
memory_file_register_scheme (void)
{
  g_vfs_register_uri_scheme (g_vfs_get_default (), SCHEME, new_for_uri, NULL, NULL, new_for_uri,
                             NULL, NULL);
}

void
memory_file_set_content (GFile *file,
                         GBytes *content)
{
  store (MEMORY_FILE (file)->uri, content);
}

void
memory_file_set_space (gsize n_bytes)
{
  space = n_bytes;
}
