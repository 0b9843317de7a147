"""Kinds of blocks and questions: each a class behind a small interface, without models or pages."""
