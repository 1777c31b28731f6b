"""Files and figures in the team's own Firebase project (docs/firebase.md)."""
