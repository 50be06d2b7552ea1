"""What such a script looks like in Python: flags, a record, a lock, a line, on disk."""

import argparse
import datetime
import fcntl
import json
import os
import uuid

parser = argparse.ArgumentParser()
for name in ("out", "task-key", "phase", "agent", "agent-role", "error-type", "exit-code", "message"):
    parser.add_argument(f"--{name}", required=name != "exit-code")
words = parser.parse_args()
record = {
    "id": str(uuid.uuid4()),
    "recordedAt": datetime.datetime.now(datetime.timezone.utc).isoformat(),
    **{name: value for name, value in vars(words).items() if name != "out"},
}
file = os.open(words.out, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
fcntl.flock(file, fcntl.LOCK_EX)
os.write(file, (json.dumps(record) + "\n").encode())
os.fdatasync(file)
os.close(file)
