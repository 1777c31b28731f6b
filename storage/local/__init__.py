"""Files and figures below a folder of this machine: the embedded default."""
