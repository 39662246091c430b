"""What benchmarks and tests compare with: PyTorch of our libtorch's version, transformers and open_clip, installed into target/bench
the first time (from PyPI 3 GB, 5 GB on the disk: its wheels for CPUs alone are not there, and it does not start without CUDA's
libraries). By uv, because pip takes four times as long.

  python3 bench/reference.py     prints the interpreter that has them"""
import pathlib
import subprocess
import sys
import venv

HOME = pathlib.Path(__file__).resolve().parent.parent
WORK = HOME / "target" / "bench"
PACKAGES = ["torch==2.7.1", "transformers==4.56.2", "open_clip_torch==3.3.0", "numpy<3"]


def python():
    """The interpreter that has them."""
    WORK.mkdir(parents=True, exist_ok=True)
    binary = WORK / "python" / "bin" / "python"
    ready = WORK / "python" / "ready"
    if not ready.exists() or ready.read_text() != " ".join(PACKAGES):
        print("installing", *PACKAGES, file=sys.stderr)
        venv.create(WORK / "python", with_pip=True, clear=True)
        subprocess.run([binary, "-m", "pip", "install", "--quiet", "uv"], check=True, stdout=sys.stderr)
        subprocess.run([binary.with_name("uv"), "pip", "install", "--quiet", "--python", binary, *PACKAGES], check=True, stdout=sys.stderr)
        ready.write_text(" ".join(PACKAGES))
    return binary


if __name__ == "__main__":
    try:
        print(python())
    except subprocess.CalledProcessError as failed:
        sys.exit("failed: " + " ".join(map(str, failed.cmd)))
    except OSError as failed:
        sys.exit(f"{failed}")
