"""Lesson 10, generalise: how much a model may bend, and what holds it back."""

from helpers.explorers.generalise.capacity import capacity
from helpers.explorers.generalise.double_descent import double_descent
from helpers.explorers.generalise.regularise import regularise

__all__ = ["capacity", "double_descent", "regularise"]
