"""Where videos, results and job records lie: Firebase or a local folder, and jobs in Redis."""
