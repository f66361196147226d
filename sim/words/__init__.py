"""What people read, by key, in Chinese and English."""

from sim.words.catalogue import known, label, language, listed, say, spoken, teach, texts, use

__all__ = ["known", "label", "language", "listed", "say", "spoken", "teach", "texts", "use"]
