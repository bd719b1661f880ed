"""Wrong answers to the exercises of lesson 05, each with words of the message that it gets."""

import math

import numpy as np


def early(val_losses, patience, wait=0):
    """Early stopping as a student may write it; `wait` epochs too long."""
    best_loss, best_epoch, epoch = math.inf, 0, 0
    for loss in val_losses:
        epoch += 1
        if loss < best_loss:
            best_loss, best_epoch = loss, epoch
        if epoch >= best_epoch + patience + wait:
            break
    return best_epoch, epoch


def stops_at_the_first_rise(val_losses, patience):
    epoch = 1
    while epoch < len(val_losses) and val_losses[epoch] < val_losses[epoch - 1]:
        epoch += 1
    return epoch, min(epoch + 1, len(val_losses))


def zero_based(val_losses, patience):
    best, last = early(val_losses, patience)
    return best - 1, last - 1


def keeps_the_last(val_losses, patience):
    _, last = early(val_losses, patience)
    return last, last


WRONG = {
    "05-1": [
        (lambda N, B, epochs: epochs * (N // B), "short last batch"),
        (lambda N, B, epochs: math.ceil(epochs * N / B), "reach over"),
        (lambda N, B, epochs: math.ceil(N / B), "one epoch"),
        (lambda N, B, epochs: epochs * N, "counts the examples"),
        (lambda N, B, epochs: epochs * N / B, "whole"),
        (lambda N, B, epochs: epochs * -(-N // B) + 1, "rounded up, for"),
    ],
    "05-2": [
        (lambda sigma, B, N: sigma / np.sqrt(B), "with replacement"),
        (lambda sigma, B, N: sigma / np.sqrt(B) * (N - B) / (N - 1), "its root"),
        (lambda sigma, B, N: sigma / B * np.sqrt((N - B) / (N - 1)), "not as B"),
        (lambda sigma, B, N: sigma**2 * (N - B) / (B * (N - 1)), "this is the variance"),
        (lambda sigma, B, N: sigma * np.sqrt((N - B) / (N - 1)), "yours is"),
    ],
    "05-3": [
        (stops_at_the_first_rise, "without any patience"),
        (zero_based, "counted from 0"),
        (keeps_the_last, "not of the last"),
        (
            lambda val_losses, patience: (int(np.argmin(val_losses)) + 1, len(val_losses)),
            "all losses",
        ),
        (lambda val_losses, patience: early(val_losses, patience, wait=1), "one epoch too long"),
        (lambda val_losses, patience: early(val_losses, patience)[::-1], "yours is"),
    ],
}
