# SPDX-License-Identifier: LGPL-2.1-or-later

"""What was measured, and what is asked of it."""


class Results:
    """Rows of (name, value, unit), and their bounds."""

    def __init__(self):
        self.rows = []

    def add(self, name, value, unit, bound=None, at_least=None):
        met = None
        if bound is not None:
            met = value <= bound
        if at_least is not None:
            met = value >= at_least
        self.rows.append({'name': name, 'value': value, 'unit': unit,
                          'at_most': bound, 'at_least': at_least, 'met': met})

    def bound(self, name, at_most):
        row = next(row for row in self.rows if row['name'] == name)
        row['at_most'], row['met'] = at_most, row['value'] <= at_most

    def print(self):
        width = max(len(row['name']) for row in self.rows)
        print(f'{"":{width}} {"value":>12} {"unit":9} {"bound":>12}')
        for row in self.rows:
            bound = ''
            if row['at_most'] is not None:
                bound = f'<= {row["at_most"]:g}'
            if row['at_least'] is not None:
                bound = f'>= {row["at_least"]:g}'
            mark = {None: '', True: 'met', False: 'MISSED'}[row['met']]
            print(f'{row["name"]:{width}} {row["value"]:12.5g} {row["unit"]:9} {bound:>12} {mark}')
