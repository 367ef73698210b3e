"""Show that a wrong value would have been noticed: alter the recorded history, and let every check judge it again."""
