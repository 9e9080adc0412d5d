# SPDX-License-Identifier: LGPL-2.1-or-later
# The part that user code for PyMVA's torch method has in common, in the form of its tutorials: the
# optimizer that `schedule` is given is the class. Tests put lines before it that define `model`,
# `criterion`, `optimizer` and `target_of`. It writes the network into the current folder.


def fit(model, train_loader, val_loader, num_epochs, batch_size, optimizer, criterion, save_best,
        scheduler):
    trainer = optimizer(model.parameters(), lr=0.01)
    schedule, schedulerSteps = scheduler
    best_val = None
    for epoch in range(num_epochs):
        model.train()
        for i, (X, y) in enumerate(train_loader):
            trainer.zero_grad()
            train_loss = criterion(model(X), target_of(y))
            train_loss.backward()
            trainer.step()
        if schedule:
            schedule(optimizer, epoch, schedulerSteps)
        model.eval()
        running_val_loss = 0.0
        with torch.no_grad():
            for i, (X, y) in enumerate(val_loader):
                running_val_loss += criterion(model(X), target_of(y)).item()
        curr_val = running_val_loss / len(val_loader)
        if save_best:
            if best_val == None:
                best_val = curr_val
            best_val = save_best(model, curr_val, best_val)
    return model


def predict(model, test_X, batch_size=32):
    model.eval()
    test_dataset = torch.utils.data.TensorDataset(torch.Tensor(test_X))
    test_loader = torch.utils.data.DataLoader(test_dataset, batch_size=batch_size, shuffle=False)
    predictions = []
    with torch.no_grad():
        for i, data in enumerate(test_loader):
            predictions.append(model(data[0]))
        preds = torch.cat(predictions)
    return preds.numpy()


load_model_custom_objects = {"optimizer": optimizer, "criterion": criterion, "train_func": fit,
                             "predict_func": predict}

m = torch.jit.script(model)
torch.jit.save(m, "model.pt")
