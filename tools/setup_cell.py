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
            offline = "unable to access" in error.stderr and "returned error" not in error.stderr
            advice = "Connect to the network" if offline else f"See that {COURSE} is right and public"
            raise RuntimeError(f"{error.stderr}{advice}, then run this cell again.") from None
    if not os.path.exists(f"{folder}/tools/fetched.py"):
        raise RuntimeError(f"The folder {folder} is no whole copy of the course. Rename it and run again.") from None
    runpy.run_path(f"{folder}/tools/fetched.py")["use"](COURSE, VERSION, is_new)
