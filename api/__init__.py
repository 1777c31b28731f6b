"""The thin Flask application: who are you, may you, what do you want; enqueues by the task's name."""
