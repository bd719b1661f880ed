"""Lesson 07, schedules: the floor that noise makes, and a schedule to design by its handles."""

from helpers.explorers.schedules.designer import designer
from helpers.explorers.schedules.floor import floor

__all__ = ["designer", "floor"]
