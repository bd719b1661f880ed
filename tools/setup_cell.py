# Set-up, the same in every lesson and no part of it: fetches the course, once, where it is not installed (in Colab).
import importlib
import os
import runpy
import subprocess

COURSE, VERSION = "ADDRESS", "0.0.0"
try:
    importlib.import_module("helpers.explorers")
except ImportError:
    folder = next((up for up in ("..", "../..") if os.path.exists(f"{up}/tools/fetched.py")), COURSE.split("/")[-1])
    if is_new := not os.path.exists(folder):
        command = ["git", "clone", "--quiet", "--depth=1", COURSE, folder]
        alone = os.environ | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}  # it fails, in English, rather than ask unseen
        try:
            subprocess.run(command, env=alone, capture_output=True, text=True, check=True)
        except FileNotFoundError:
            raise RuntimeError(f"git is missing. Install it, or download {COURSE} and open the lesson there.") from None
        except subprocess.CalledProcessError as error:
            known = {  # what git says of it, in the order in which it is looked for
                "Permission denied": "This folder cannot be written to: open the lesson in one of your own",
                "No space left": "The disk is full: make room",
                "certificate": "The network's certificate is not trusted here: ask who runs it, or take another",
                "returned error": f"See that {COURSE} is right and public",
                "unable to access": "Connect to the network",
            }
            advice = next((known[sign] for sign in known if sign in error.stderr), known["returned error"])
            raise RuntimeError(f"{error.stderr}{advice}, then run this cell again.") from None
    if not os.path.exists(f"{folder}/tools/fetched.py"):
        raise RuntimeError(f"The folder {folder} is no whole copy of the course. Rename it and run again.") from None
    runpy.run_path(f"{folder}/tools/fetched.py")["use"](COURSE, VERSION, is_new)
