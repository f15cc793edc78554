"""The errors that a person may see. Each message is one line: what is wrong, where, and what to do.

LinnetError
├── WrongUse           the command or the configuration cannot mean anything (exit code 2)
├── BadInput           a file or a value that cannot be used at all
├── NotReady           an earlier stage has to run first
├── WorkspaceBusy      another process is writing to the workspace
└── StorageFull        the disk took no more; what was acknowledged is safe
"""


class LinnetError(Exception):
    """Base of all errors with a message meant for a person."""

    exit_code = 1


class WrongUse(LinnetError):
    exit_code = 2


class BadInput(LinnetError):
    pass


class NotReady(LinnetError):
    pass


class WorkspaceBusy(LinnetError):
    pass


class StorageFull(LinnetError):
    pass
