"""Tests an installation on its machine, also when nothing runs."""
