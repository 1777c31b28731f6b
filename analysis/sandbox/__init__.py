"""Where strangers' videos are read: processes that can do little else, and what is believed of their answers.

A decoder has bugs, and a video may be made to use one. So everything that parses a video runs in a child process with
limits on memory, processor time, open files and the size of what it writes (`room`), that reaches no network, starts no
process (`seccomp`) and sees only its own files (`landlock`). It needs no privileges, and works in a container without
capabilities and on a read-only root. docs/security.md says what this does and does not protect from.
"""
