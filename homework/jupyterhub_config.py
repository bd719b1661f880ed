"""A JupyterHub for a class: lessons, homework, nbgrader's exchange and formgrader in one place.

    npm install configurable-http-proxy
    DOWNHILL_HUB=/srv/hub jupyterhub -f homework/jupyterhub_config.py

In the folder DOWNHILL_HUB lie teachers.txt and students.txt, a name in each line. Everything else
is made there: the course with its gradebook, the exchange, the hub's own files.

By default each name is an account of the machine (PAM, and a process of that account): only so are
students kept apart from each other and from the gradebook. With DOWNHILL_PASSWORD set everybody
logs in with that password and all run on the account that started the hub: for trying it out, and
for the tests, never for marks.
"""

import os
import shutil
from pathlib import Path

HOMEWORK = Path(__file__).resolve().parent
HUB = Path(os.environ.get("DOWNHILL_HUB", "hub")).resolve()
PORT = int(os.environ.get("DOWNHILL_PORT", "8000"))
PASSWORD = os.environ.get("DOWNHILL_PASSWORD", "")

# What nbgrader reads in everybody's server. A teacher's course is the one with the gradebook.
NBGRADER = """\
import os
from pathlib import Path

c = get_config()
load_subconfig({homework!r})
c.CourseDirectory.course_id = "downhill"
c.Exchange.root = {exchange!r}
c.CourseDirectory.student_id = os.environ.get("JUPYTERHUB_USER", "*")
if os.environ.get("DOWNHILL_ROLE") == "teacher":
    c.CourseDirectory.root = {course!r}
    c.CourseDirectory.student_id = "*"
"""


def names(file: str) -> set[str]:
    """The names in a file of the hub's folder, one in each line."""
    path = HUB / file
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: it should hold a name in each line")
    return {line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()}


def proxy() -> str:
    """The program that stands before the hub, which npm installs."""
    program = "configurable-http-proxy"
    inside = [HUB / "node_modules" / ".bin" / program, Path("node_modules/.bin", program)]
    found = [str(path.resolve()) for path in inside if path.exists()]
    if not found and not shutil.which(program):
        raise FileNotFoundError(f"{program} is missing: npm install {program}")
    return found[0] if found else program


def write_settings() -> Path:
    """The folder with nbgrader_config.py that every server reads; the exchange and the course."""
    for folder in ("etc", "exchange", "course", "homes"):
        (HUB / folder).mkdir(exist_ok=True)
    (HUB / "course").chmod(0o700)  # the sources and the gradebook
    (HUB / "exchange").chmod(0o777)  # nbgrader asks for it: students write, and read only their own
    text = NBGRADER.format(
        homework=str(HOMEWORK / "nbgrader_config.py"),
        exchange=str(HUB / "exchange"),
        course=str(HUB / "course"),
    )
    (HUB / "etc" / "nbgrader_config.py").write_text(text, encoding="utf-8")
    return HUB / "etc"


teachers, students = names("teachers.txt"), names("students.txt")
settings = write_settings()


def give_role(spawner):
    """Say to a server whether a teacher sits before it; homes for the class on one account."""
    name = spawner.user.name
    spawner.environment["DOWNHILL_ROLE"] = "teacher" if name in teachers else "student"
    if name in teachers:  # formgrader works only where the course lies within what the server shows
        spawner.notebook_dir = str(HUB / "course")
    if PASSWORD:
        (HUB / "homes" / name).mkdir(exist_ok=True)


c = get_config()  # noqa: F821 - JupyterHub defines it

c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"  # a web server with HTTPS stands before it
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORT + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
c.ConfigurableHTTPProxy.command = [proxy()]
c.JupyterHub.db_url = f"sqlite:///{HUB / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(HUB / "jupyterhub_cookie_secret")
c.JupyterHub.cleanup_servers = True

c.Authenticator.allowed_users = teachers | students
c.Spawner.default_url = "/lab"
c.Spawner.environment = {"JUPYTER_CONFIG_PATH": str(settings)}
c.Spawner.pre_spawn_hook = give_role
c.Spawner.http_timeout = c.Spawner.start_timeout = 600  # a busy machine, a first start
if PASSWORD:
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = PASSWORD
    c.JupyterHub.spawner_class = "simple"
    if os.geteuid() == 0:
        c.Spawner.args = ["--allow-root"]
    c.SimpleLocalProcessSpawner.home_dir_template = str(HUB / "homes" / "{username}")
else:
    c.JupyterHub.authenticator_class = "pam"
    c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
