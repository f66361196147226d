"""What people read, by key, in Chinese and English."""

from sim.words.catalogue import catalogue, known, label, language, say, spoken, use

__all__ = ["catalogue", "known", "label", "language", "say", "spoken", "use"]
