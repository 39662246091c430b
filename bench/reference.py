"""The PyTorch that benchmarks compare with: of our libtorch's version, installed into target/bench the first time (3 GB from PyPI)."""
import pathlib
import subprocess
import sys
import venv

HOME = pathlib.Path(__file__).resolve().parent.parent
WORK = HOME / "target" / "bench"
PACKAGES = ["torch==2.7.1", "transformers==4.56.2", "numpy<3"]


def python():
    """The interpreter that has PyTorch."""
    WORK.mkdir(parents=True, exist_ok=True)
    binary = WORK / "python" / "bin" / "python"
    ready = WORK / "python" / "ready"
    if not ready.exists() or ready.read_text() != " ".join(PACKAGES):
        print("installing", *PACKAGES, file=sys.stderr)
        venv.create(WORK / "python", with_pip=True, clear=True)
        subprocess.run([binary, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        ready.write_text(" ".join(PACKAGES))
    return binary
