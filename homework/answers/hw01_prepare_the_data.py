# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# The answers that homework 01 is tried with: wrong ones, all of which lose points, and right ones
# that are written in another way, all of which get full marks.

# %% the codes themselves task="one_hot_rows" kind="wrong" says="a column of its own"
def one_hot_rows(labels, classes):
    return np.array([classes.index(label) for label in labels])


# %% transposed task="one_hot_rows" kind="wrong" says="rows and columns are swapped"
def one_hot_rows(labels, classes):
    return (np.array(classes)[:, None] == np.array(labels)).astype(float)


# %% columns of the labels that turn up task="one_hot_rows" kind="wrong" says="should follow `classes`"
def one_hot_rows(labels, classes):
    return np.array([[float(label == name) for name in sorted(set(labels))] for label in labels])


# %% columns in alphabetical order task="one_hot_rows" kind="wrong" says="which is not sorted"
def one_hot_rows(labels, classes):
    return np.array([[float(label == name) for name in sorted(classes)] for label in labels])


# %% an unseen label becomes zeros task="one_hot_rows" kind="wrong" says="should raise a ValueError"
def one_hot_rows(labels, classes):
    return np.array([[float(label == name) for name in classes] for label in labels])


# %% an unseen label goes to the last class task="one_hot_rows" kind="wrong"
def one_hot_rows(labels, classes):
    table = np.zeros((len(labels), len(classes)))
    for row, label in enumerate(labels):
        table[row, classes.index(label) if label in classes else -1] = 1
    return table


# %% the error does not say which label task="one_hot_rows" kind="wrong" says="has 'mango' in it"
def one_hot_rows(labels, classes):
    if not set(labels) <= set(classes):
        raise ValueError("unknown label")
    return (np.array(labels)[:, None] == np.array(classes)).astype(float)


# %% prints instead of returning task="one_hot_rows" kind="wrong"
def one_hot_rows(labels, classes):
    print([[float(label == name) for name in classes] for label in labels])


# %% a row too many task="one_hot_rows" kind="wrong"
def one_hot_rows(labels, classes):
    return np.eye(len(classes))


# %% two loops task="one_hot_rows" kind="right"
def one_hot_rows(labels, classes):
    table = np.zeros((len(labels), len(classes)))
    for row, label in enumerate(labels):
        if label not in classes:
            raise ValueError("no class is called " + label)
        for column, name in enumerate(classes):
            if label == name:
                table[row, column] = 1
    return table


# %% whole numbers and a comparison task="one_hot_rows" kind="right"
def one_hot_rows(labels, classes):
    unseen = [label for label in labels if label not in classes]
    if unseen:
        raise ValueError(f"unseen: {unseen}")
    places = np.array([classes.index(label) for label in labels], dtype=int)
    return (places[:, None] == np.arange(len(classes))).astype(int)


# %% float32 task="one_hot_rows" kind="right"
def one_hot_rows(labels, classes):
    table = np.zeros((len(labels), len(classes)), dtype=np.float32)
    for row, label in zip(table, labels):
        try:
            row[classes.index(label)] = 1
        except ValueError:
            raise ValueError(f"{label} is no class") from None
    return table


# %% a dictionary and np.put_along_axis task="one_hot_rows" kind="right"
def one_hot_rows(labels, classes):
    place = {name: i for i, name in enumerate(classes)}
    for label in labels:
        if label not in place:
            raise ValueError(label)
    table = np.zeros((len(labels), len(classes)))
    np.put_along_axis(table, np.array([place[x] for x in labels], int).reshape(-1, 1), 1, axis=1)
    return table


# %% booleans, and a print task="one_hot_rows" kind="right"
def one_hot_rows(labels, classes):
    print("working")
    for label in labels:
        assert isinstance(label, str)
        if not any(label == name for name in classes):
            raise ValueError("what is " + repr(label) + "?")
    table = np.zeros((len(labels), len(classes)), bool)
    for column, name in enumerate(classes):
        for row, label in enumerate(labels):
            table[row, column] = label == name
    return table


# %% by the numbers of new task="scale_robustly" kind="wrong" says="not of `new`"
def scale_robustly(train, new):
    low, middle, high = np.percentile(new, [25, 50, 75], axis=0)
    return (new - middle) / np.where(high > low, high - low, 1.0)


# %% by both tables task="scale_robustly" kind="wrong" says="must have no say"
def scale_robustly(train, new):
    low, middle, high = np.percentile(np.vstack([train, new]), [25, 50, 75], axis=0)
    return (new - middle) / np.where(high > low, high - low, 1.0)


# %% the mean taken away task="scale_robustly" kind="wrong" says="takes the mean away"
def scale_robustly(train, new):
    low, high = np.percentile(train, [25, 75], axis=0)
    return (new - np.mean(train, axis=0)) / np.where(high > low, high - low, 1.0)


# %% one median for the table task="scale_robustly" kind="wrong" says="axis=0"
def scale_robustly(train, new):
    low, middle, high = np.percentile(train, [25, 50, 75])
    return (new - middle) / (high - low if high > low else 1.0)


# %% standardised task="scale_robustly" kind="wrong" says="standard deviation"
def scale_robustly(train, new):
    return (new - train.mean(axis=0)) / train.std(axis=0)


# %% divided only task="scale_robustly" kind="wrong" says="not taken away first"
def scale_robustly(train, new):
    low, high = np.percentile(train, [25, 75], axis=0)
    return new / np.where(high > low, high - low, 1.0)


# %% minimum and maximum task="scale_robustly" kind="wrong" says="minimum and maximum"
def scale_robustly(train, new):
    low, high = train.min(axis=0), train.max(axis=0)
    return (new - low) / np.where(high > low, high - low, 1.0)


# %% divided by a range of 0 task="scale_robustly" kind="wrong" says="which is 0"
def scale_robustly(train, new):
    low, middle, high = np.percentile(train, [25, 50, 75], axis=0)
    return (new - middle) / (high - low)


# %% the table that is learnt from is scaled task="scale_robustly" kind="wrong"
def scale_robustly(train, new):
    low, middle, high = np.percentile(train, [25, 50, 75], axis=0)
    return (train - middle) / np.where(high > low, high - low, 1.0)


# %% loops over columns task="scale_robustly" kind="right"
def scale_robustly(train, new):
    result = np.empty(new.shape)
    for column in range(new.shape[1]):
        known = train[:, column]
        spread = np.percentile(known, 75) - np.percentile(known, 25)
        result[:, column] = (new[:, column] - np.median(known)) / (spread if spread else 1)
    return result


# %% np.quantile, in place on a copy task="scale_robustly" kind="right"
def scale_robustly(train, new):
    result = new.astype(float)
    result -= np.quantile(train, 0.5, axis=0)
    spread = np.quantile(train, 0.75, axis=0) - np.quantile(train, 0.25, axis=0)
    spread[spread == 0] = 1
    result /= spread
    return result


# %% float32 task="scale_robustly" kind="right"
def scale_robustly(train, new):
    train, new = train.astype(np.float32), new.astype(np.float32)
    low, middle, high = np.percentile(train, [25, 50, 75], axis=0).astype(np.float32)
    return (new - middle) / np.where(high > low, high - low, np.float32(1))


# %% by sorting task="scale_robustly" kind="right"
def scale_robustly(train, new):
    def at(part):
        order = np.sort(train, axis=0)
        place = part * (len(train) - 1)
        low = int(place)
        high = min(low + 1, len(train) - 1)
        return order[low] + (place - low) * (order[high] - order[low])

    spread = at(0.75) - at(0.25)
    return (new - at(0.5)) / (spread + (spread == 0))


# %% one that warns and returns a list task="scale_robustly" kind="right"
def scale_robustly(train, new):
    import warnings

    warnings.warn("scaling")
    low, middle, high = np.percentile(train, [25, 50, 75], axis=0)
    with np.errstate(all="ignore"):
        scaled = np.divide(new - middle, high - low)
    return np.where(high == low, new - middle, scaled).tolist()
