"""A kernel that ends with the run that started it, from its first moment on, whatever becomes of orphans."""

from __future__ import annotations

import os
import sys
import threading
import time

_LOOKS = 0.2  # seconds between two looks at who the parent is


def end_with(parent: int) -> None:
    """End this process when it is no longer a child of ``parent``: ipykernel looks only when it is set up.

    A run that is killed before that would leave its kernel behind wherever orphans go to another than the
    first process: in a user's session, in a container.
    """
    while os.getppid() == parent:
        time.sleep(_LOOKS)
    os._exit(1)


def main() -> None:
    """Watch the parent, then be ipykernel's kernel; this file's own folder is no place to import from."""
    del sys.path[0]
    parent = int(os.environ.get("JPY_PARENT_PID") or 0)
    if parent and os.name == "posix":  # elsewhere it is a handle, which ipykernel watches
        threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


if __name__ == "__main__":
    main()
