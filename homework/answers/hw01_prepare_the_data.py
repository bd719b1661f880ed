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


# %% only the last label can raise task="one_hot_rows" kind="wrong"
def one_hot_rows(labels, classes):
    out = np.zeros((len(labels), len(classes)))
    for i, label in enumerate(labels):
        found = False
        for j, c in enumerate(classes):
            if c == label:
                out[i, j] = 1
                found = True
    if len(labels) > 0 and not found:
        raise ValueError(f"unknown {label}")
    return out


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


# %% compared by broadcasting task="one_hot_rows" kind="right"
def one_hot_rows(labels, classes):
    table = (np.array(labels, dtype=object)[:, None] == np.array(classes, dtype=object)).astype(
        np.int8
    )
    for label, row in zip(labels, table):
        if not row.any():
            raise ValueError("what is %s?" % label)
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


# %% small ranges count as 0 task="scale_robustly" kind="wrong"
def scale_robustly(train, new):
    q1, q3 = np.percentile(train, [25, 75], axis=0)
    r = q3 - q1
    r[r < 1e-2] = 1
    return (new - np.median(train, axis=0)) / r


# %% a tiny number in place of 1 task="scale_robustly" kind="wrong" says="divide by 1"
def scale_robustly(train, new):
    q1, q3 = np.percentile(train, [25, 75], axis=0)
    return (new - np.median(train, axis=0)) / (q3 - q1 + 1e-8)


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


# %% shuffled, not stratified task="stratified_rows" kind="wrong" says="not stratified"
def stratified_rows(y, share, rng):
    rows = rng.permutation(len(y))
    count = round(share * len(y))
    return rows[count:], rows[:count]


# %% the parts are swapped task="stratified_rows" kind="wrong" says="the parts are swapped"
def stratified_rows(y, share, rng):
    train, test = [], []
    for name in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == name))
        count = round(share * len(rows))
        test.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(test, dtype=int), np.array(train, dtype=int)


# %% the first rows of each class task="stratified_rows" kind="wrong" says="every seed deals alike"
def stratified_rows(y, share, rng):
    train, test = [], []
    for name in np.unique(y):
        rows = np.flatnonzero(y == name)
        count = round(share * len(rows))
        test.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(train, dtype=int), np.array(test, dtype=int)


# %% a seed of its own task="stratified_rows" kind="wrong" says="every seed deals alike"
def stratified_rows(y, share, rng):
    rng = np.random.default_rng(0)
    train, test = [], []
    for name in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == name))
        count = round(share * len(rows))
        test.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(train, dtype=int), np.array(test, dtype=int)


# %% the global generator task="stratified_rows" kind="wrong" says="Draw with `rng` alone"
def stratified_rows(y, share, rng):
    train, test = [], []
    for name in np.unique(y):
        rows = np.random.permutation(np.flatnonzero(y == name))
        count = round(share * len(rows))
        test.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(train, dtype=int), np.array(test, dtype=int)


# %% drawn with putting back task="stratified_rows" kind="wrong"
def stratified_rows(y, share, rng):
    test = []
    for name in np.unique(y):
        rows = np.flatnonzero(y == name)
        test.extend(rng.choice(rows, size=round(share * len(rows))))
    return np.setdiff1d(np.arange(len(y)), test), np.array(test, dtype=int)


# %% all rows to learn from task="stratified_rows" kind="wrong" says="in the training part as well"
def stratified_rows(y, share, rng):
    test = []
    for name in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == name))
        test.extend(rows[: round(share * len(rows))])
    return np.arange(len(y)), np.array(test, dtype=int)


# %% counts cut off task="stratified_rows" kind="wrong" says="the share of a class is cut off"
def stratified_rows(y, share, rng):
    train, test = [], []
    for name in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == name))
        count = int(share * len(rows))
        test.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(train, dtype=int), np.array(test, dtype=int)


# %% counts rounded up task="stratified_rows" kind="wrong" says="is rounded up"
def stratified_rows(y, share, rng):
    train, test = [], []
    for name in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == name))
        count = int(np.ceil(share * len(rows)))
        test.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(train, dtype=int), np.array(test, dtype=int)


# %% as many of each class task="stratified_rows" kind="wrong"
def stratified_rows(y, share, rng):
    names = np.unique(y)
    count = round(share * len(y) / len(names))
    train, test = [], []
    for name in names:
        rows = rng.permutation(np.flatnonzero(y == name))
        test.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(train, dtype=int), np.array(test, dtype=int)


# %% the labels in place of the rows task="stratified_rows" kind="wrong"
def stratified_rows(y, share, rng):
    train, test = [], []
    for name in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == name))
        count = round(share * len(rows))
        test.extend(y[rows[:count]])
        train.extend(y[rows[count:]])
    return np.array(train), np.array(test)


# %% places within the class task="stratified_rows" kind="wrong"
def stratified_rows(y, share, rng):
    train, test = [], []
    for name in np.unique(y):
        rows = rng.permutation(np.sum(y == name))
        count = round(share * len(rows))
        test.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(train, dtype=int), np.array(test, dtype=int)


# %% classes are 0, 1, 2 task="stratified_rows" kind="wrong"
def stratified_rows(y, share, rng):
    train, test = [], []
    for name in range(len(np.unique(y))):
        rows = rng.permutation(np.flatnonzero(y == name))
        count = round(share * len(rows))
        test.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(train, dtype=int), np.array(test, dtype=int)


# %% the training rows are forgotten task="stratified_rows" kind="wrong"
def stratified_rows(y, share, rng):
    test = []
    for name in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == name))
        test.extend(rows[: round(share * len(rows))])
    return np.array(test, dtype=int)


# %% at least one of each class task="stratified_rows" kind="wrong"
def stratified_rows(y, share, rng):
    train, test = [], []
    for c in set(y.tolist()):
        rows = rng.permutation(np.where(y == c)[0])
        n = max(1, round(share * len(rows)))
        test += rows[:n].tolist()
        train += rows[n:].tolist()
    return np.array(train, int), np.array(test, int)


# %% a random start, then neighbours task="stratified_rows" kind="wrong" says="are neighbours"
def stratified_rows(y, share, rng):
    train, test = [], []
    for c in np.unique(y):
        rows = np.roll(np.where(y == c)[0], rng.integers(len(y)))
        n = round(share * len(rows))
        test += rows[:n].tolist()
        train += rows[n:].tolist()
    return np.array(train, int), np.array(test, int)


# %% one order for all, then class by class task="stratified_rows" kind="right"
def stratified_rows(y, share, rng):
    order = rng.permutation(len(y))
    parts = {"train": [], "test": []}
    for name in set(y.tolist()):
        rows = order[y[order] == name]
        count = int(np.floor(share * len(rows) + 0.5))
        parts["test"] += rows[:count].tolist()
        parts["train"] += rows[count:].tolist()
    return parts["train"], parts["test"]


# %% choice without putting back, and a mask task="stratified_rows" kind="right"
def stratified_rows(y, share, rng):
    in_test = np.zeros(len(y), dtype=bool)
    for name in np.unique(y):
        rows = np.nonzero(y == name)[0]
        count = int(round(share * len(rows)))
        in_test[rng.choice(rows, size=count, replace=False)] = True
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)


# %% by random keys task="stratified_rows" kind="right"
def stratified_rows(y, share, rng):
    keys = rng.random(len(y))
    test = []
    for name in np.unique(y):
        rows = np.flatnonzero(y == name)
        test += list(rows[np.argsort(keys[rows])][: round(share * len(rows))])
    train = [row for row in range(len(y)) if row not in test]
    return train, test


# %% shuffled in place, and sets task="stratified_rows" kind="right"
def stratified_rows(y, share, rng):
    test = set()
    for name in sorted(set(y)):
        rows = [i for i in range(len(y)) if y[i] == name]
        rng.shuffle(rows)
        test.update(rows[len(rows) - round(share * len(rows)) :])
    print(len(test), "rows to test")
    return np.array(sorted(set(range(len(y))) - test)), np.array(sorted(test), dtype=int)


# %% a list of two arrays, and a warning task="stratified_rows" kind="right"
def stratified_rows(y, share, rng):
    import warnings

    warnings.warn("dealing")
    _, codes, totals = np.unique(y, return_inverse=True, return_counts=True)
    left = np.rint(share * totals).astype(int)
    train, test = [], []
    for row in rng.permutation(len(y)):
        if left[codes[row]] > 0:
            left[codes[row]] -= 1
            test.append(row)
        else:
            train.append(row)
    return [np.array(train, dtype=np.int32), np.array(test, dtype=np.int32)]


# %% one permutation of all rows task="stratified_rows" kind="right"
def stratified_rows(y, share, rng):
    order = rng.permutation(len(y))
    test = []
    for c in dict.fromkeys(y.tolist()):
        mine = [i for i in order if y[i] == c]
        test += mine[: int(share * len(mine) + 0.5)]
    return [i for i in order if i not in set(test)], test


# %% the mean task="fill_columns" kind="wrong" says="this is the mean"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    return np.hstack([np.where(is_gap, np.nanmean(train, axis=0), new), is_gap])


# %% medians of new task="fill_columns" kind="wrong" says="those of `new`"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    return np.hstack([np.where(is_gap, np.nanmedian(new, axis=0), new), is_gap])


# %% medians of both task="fill_columns" kind="wrong" says="has a say"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    medians = np.nanmedian(np.vstack([train, new]), axis=0)
    return np.hstack([np.where(is_gap, medians, new), is_gap])


# %% one median for the table task="fill_columns" kind="wrong" says="one median for the whole table"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    return np.hstack([np.where(is_gap, np.nanmedian(train), new), is_gap])


# %% gaps are not skipped task="fill_columns" kind="wrong" says="Skip the gaps"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    return np.hstack([np.where(is_gap, np.median(train, axis=0), new), is_gap])


# %% zeros task="fill_columns" kind="wrong" says="a value like any other"
def fill_columns(train, new):
    return np.hstack([np.nan_to_num(new), np.isnan(new)])


# %% says where known task="fill_columns" kind="wrong" says="where a value is known"
def fill_columns(train, new):
    known = ~np.isnan(new)
    return np.hstack([np.where(known, new, np.nan_to_num(np.nanmedian(train, axis=0))), known])


# %% nothing says so task="fill_columns" kind="wrong" says="nothing says where"
def fill_columns(train, new):
    return np.where(np.isnan(new), np.nan_to_num(np.nanmedian(train, axis=0)), new)


# %% column and flag by turns task="fill_columns" kind="wrong" says="first all filled columns"
def fill_columns(train, new):
    columns = []
    for known, column in zip(train.T, new.T):
        is_gap = np.isnan(column)
        columns += [np.where(is_gap, np.nan_to_num(np.nanmedian(known)), column), is_gap]
    return np.column_stack(columns)


# %% one flag for the row task="fill_columns" kind="wrong" says="a column of its own"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    filled = np.where(is_gap, np.nan_to_num(np.nanmedian(train, axis=0)), new)
    return np.column_stack([filled, is_gap.any(axis=1)])


# %% flags after filling, in place task="fill_columns" kind="wrong" says="before they are filled"
def fill_columns(train, new):
    medians = np.nan_to_num(np.nanmedian(train, axis=0))
    for column in range(new.shape[1]):
        new[np.isnan(new[:, column]), column] = medians[column]
    return np.hstack([new, np.isnan(new)])


# %% fills the table that came in task="fill_columns" kind="wrong" says="table that came in is changed"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    medians = np.nan_to_num(np.nanmedian(train, axis=0))
    for column in range(new.shape[1]):
        new[is_gap[:, column], column] = medians[column]
    return np.hstack([new, is_gap])


# %% a column without known values task="fill_columns" kind="wrong" says="the median of no value"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    return np.hstack([np.where(is_gap, np.nanmedian(train, axis=0), new), is_gap])


# %% rows with gaps are dropped first task="fill_columns" kind="wrong"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    whole = train[~np.isnan(train).any(axis=1)]
    medians = np.median(whole, axis=0) if len(whole) else np.zeros(train.shape[1])
    return np.hstack([np.where(is_gap, medians, new), is_gap])


# %% flags only where there is a gap task="fill_columns" kind="wrong"
def fill_columns(train, new):
    is_gap = np.isnan(new)
    filled = np.where(is_gap, np.nan_to_num(np.nanmedian(train, axis=0)), new)
    return np.hstack([filled, is_gap[:, is_gap.any(axis=0)]])


# %% numpy's nanmedian, and NaN to 0 task="fill_columns" kind="right"
def fill_columns(train, new):
    medians = np.nan_to_num(np.nanmedian(train, axis=0))
    return np.hstack([np.where(np.isnan(new), medians, new), np.isnan(new)])


# %% loops and lists task="fill_columns" kind="right"
import math


def fill_columns(train, new):
    D = len(train[0])
    medians = []
    for d in range(D):
        known = sorted(row[d] for row in train if not math.isnan(row[d]))
        n = len(known)
        medians.append((known[(n - 1) // 2] + known[n // 2]) / 2 if n else 0.0)
    rows = []
    for row in new:
        filled = [medians[d] if math.isnan(row[d]) else float(row[d]) for d in range(D)]
        rows.append(filled + [1 if math.isnan(x) else 0 for x in row])
    return rows


# %% in place on its own copy task="fill_columns" kind="right"
def fill_columns(train, new):
    answer = np.concatenate([new, np.zeros(new.shape)], axis=1)
    D = new.shape[1]
    for d in range(D):
        gaps = np.isnan(new[:, d])
        known = train[~np.isnan(train[:, d]), d]
        answer[gaps, d] = np.median(known) if known.size else 0
        answer[gaps, D + d] = 1
    return answer


# %% float32 and a masked array task="fill_columns" kind="right"
def fill_columns(train, new):
    masked = np.ma.masked_invalid(train.astype(np.float32))
    medians = np.ma.median(masked, axis=0)
    medians = np.ma.filled(np.ma.atleast_1d(medians), np.float32(0))
    gap = new != new
    return np.column_stack((np.where(gap, medians, new.astype(np.float32)), gap.astype(int)))


# %% quantiles, with a warning of its own task="fill_columns" kind="right"
def fill_columns(train, new):
    import warnings

    warnings.warn("filling")
    gap = np.isnan(new).astype(float)
    print(gap.sum(), "gaps")
    half = np.nanquantile(train, 0.5, axis=0)
    half[np.isnan(half)] = 0
    return np.block([[np.nan_to_num(new) + gap * half, gap]])


# %% the accuracy task="balanced_accuracy" kind="wrong" says="this is the accuracy"
def balanced_accuracy(y_hat, y):
    return np.mean(y_hat == y)


# %% of those predicted task="balanced_accuracy" kind="wrong" says="*predicted* as a class"
def balanced_accuracy(y_hat, y):
    return np.mean([np.mean(y[y_hat == name] == name) for name in np.unique(y_hat)])


# %% the sum of the shares task="balanced_accuracy" kind="wrong" says="this is the sum"
def balanced_accuracy(y_hat, y):
    return sum(np.mean(y_hat[y == name] == name) for name in np.unique(y))


# %% the shares task="balanced_accuracy" kind="wrong" says="these are the shares"
def balanced_accuracy(y_hat, y):
    return np.array([np.mean(y_hat[y == name] == name) for name in np.unique(y)])


# %% classes that come out wrong are left out task="balanced_accuracy" kind="wrong" says="has the share 0"
def balanced_accuracy(y_hat, y):
    right = y[y_hat == y]
    return np.mean([np.sum(right == name) / np.sum(y == name) for name in np.unique(right)])


# %% the worst class task="balanced_accuracy" kind="wrong" says="does not decide alone"
def balanced_accuracy(y_hat, y):
    return min(np.mean(y_hat[y == name] == name) for name in np.unique(y))


# %% the share that is wrong task="balanced_accuracy" kind="wrong" says="comes out wrong"
def balanced_accuracy(y_hat, y):
    return np.mean([np.mean(y_hat[y == name] != name) for name in np.unique(y)])


# %% classes of both task="balanced_accuracy" kind="wrong" says="only predicted counts"
def balanced_accuracy(y_hat, y):
    shares = []
    for name in np.unique(np.concatenate([y, y_hat])):
        rows = y == name
        shares.append(np.sum(y_hat[rows] == name) / max(1, np.sum(rows)))
    return np.mean(shares)


# %% nothing divided by nothing task="balanced_accuracy" kind="wrong" says="only predicted counts"
def balanced_accuracy(y_hat, y):
    names = np.unique(np.concatenate([y, y_hat]))
    return np.mean([np.mean(y_hat[y == name] == name) for name in names])


# %% two classes, 0 and 1 task="balanced_accuracy" kind="wrong" says="has the share 0, and counts"
def balanced_accuracy(y_hat, y):
    return (np.mean(y_hat[y == 0] == 0) + np.mean(y_hat[y == 1] == 1)) / 2


# %% divided by all rows task="balanced_accuracy" kind="wrong"
def balanced_accuracy(y_hat, y):
    return np.mean([np.sum((y_hat == name) & (y == name)) / len(y) for name in np.unique(y)])


# %% weighted by the size of the class task="balanced_accuracy" kind="wrong" says="this is the accuracy"
def balanced_accuracy(y_hat, y):
    names, totals = np.unique(y, return_counts=True)
    return np.average([np.mean(y_hat[y == n] == n) for n in names], weights=totals)


# %% one against the rest task="balanced_accuracy" kind="wrong"
def balanced_accuracy(y_hat, y):
    return np.mean([np.mean((y_hat == name) == (y == name)) for name in np.unique(y)])


# %% codes from 0 on task="balanced_accuracy" kind="wrong"
def balanced_accuracy(y_hat, y):
    return np.mean([np.mean(y_hat[y == k] == k) for k in range(len(np.unique(y)))])


# %% in percent task="balanced_accuracy" kind="wrong"
def balanced_accuracy(y_hat, y):
    return 100 * np.mean([np.mean(y_hat[y == name] == name) for name in np.unique(y)])


# %% counted in loops task="balanced_accuracy" kind="right"
def balanced_accuracy(y_hat, y):
    seen, right = {}, {}
    for guess, true in zip(y_hat.tolist(), y.tolist()):
        seen[true] = seen.get(true, 0) + 1
        right[true] = right.get(true, 0) + (guess == true)
    return sum(right[name] / seen[name] for name in seen) / len(seen)


# %% every row with a weight task="balanced_accuracy" kind="right"
def balanced_accuracy(y_hat, y):
    _, codes, totals = np.unique(y, return_inverse=True, return_counts=True)
    return np.sum((y_hat == y) / totals[codes]) / len(totals)


# %% bincount task="balanced_accuracy" kind="right"
def balanced_accuracy(y_hat, y):
    names, codes = np.unique(y, return_inverse=True)
    right = np.bincount(codes, weights=y_hat == y, minlength=len(names))
    return float(np.mean(right / np.bincount(codes)))


# %% one-hot and einsum, in float32 task="balanced_accuracy" kind="right"
def balanced_accuracy(y_hat, y):
    names = np.unique(y)
    Y = (y[:, None] == names).astype(np.float32)
    Y_hat = (y_hat[:, None] == names).astype(np.float32)
    return (np.einsum("nk,nk->k", Y, Y_hat) / Y.sum(axis=0)).mean()


# %% one less the mean of what is wrong, with a print task="balanced_accuracy" kind="right"
def balanced_accuracy(y_hat, y):
    import warnings

    warnings.warn("rare classes count as much as others")
    wrong = [np.count_nonzero(y_hat[y == k] != k) / np.count_nonzero(y == k) for k in set(y)]
    print(wrong)
    return 1 - np.mean(wrong)
