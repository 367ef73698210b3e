"""Show that a wrong value would have been noticed: alter the recorded history, and let the checks judge it again."""
