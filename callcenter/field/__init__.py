"""Regions, hand-over of passed successes by half past nine, visits and their results."""
