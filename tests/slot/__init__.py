"""Tests of slotting."""
