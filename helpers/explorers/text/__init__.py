"""Lessons 12 and 13, sentences: where the words look, and which of these looks are needed."""

from helpers.explorers.text.attention import attention

__all__ = ["attention"]
