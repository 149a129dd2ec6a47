"""Lays out the root file system of the machine as a tar archive that depends on its inputs only.

image.py PACKAGES SYSROOT PROGRAM TAR [TOOLS]

PACKAGES and TOOLS hold the unpacked Debian packages and guest tools, SYSROOT the packages that
PROGRAM was linked with, which becomes /opt/deml/RollupApp. Order, times, owners and modes
are set here: nothing of the building machine, not even its umask, reaches the archive.
"""

import os
import stat
import sys
import tarfile
from io import BytesIO
from pathlib import Path

USER, USER_ID = "dapp", 1000

# What runs: busybox under cartesi-init, and the guest tools with their shared libraries.
LIBRARIES = "usr/lib/riscv64-linux-gnu"
KEPT = {
    "usr/bin/busybox",
    *(
        f"{LIBRARIES}/{name}"
        for name in [
            "ld-linux-riscv64-lp64d.so.1",
            "libc.so.6",
            "libm.so.6",
            "libgcc_s.so.1",
            "libstdc++.so.6",
            "libdl.so.2",
            "libpthread.so.0",
            "librt.so.1",
        ]
    ),
    "usr/lib/ld-linux-riscv64-lp64d.so.1",
}
# Of the guest tools: what boots the machine and serves the rollup. The rest is for developers.
TOOLS = {
    "usr/sbin/cartesi-init",
    "usr/sbin/xhalt",
    "usr/bin/rollup",
    "usr/bin/rollup-http-server",
    "usr/bin/rollup-init",
}
LICENCES = "usr/share/doc"

FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n"
    f"{USER}:x:{USER_ID}:{USER_ID}::/home/{USER}:/bin/sh\n",
    "etc/group": f"root:x:0:\ntty:x:5:\n{USER}:x:{USER_ID}:\n",
    "etc/hostname": "deml\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/environment": "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
}
FOLDERS = {
    "dev": 0o755,
    "proc": 0o555,
    "sys": 0o555,
    "run": 0o755,
    "tmp": 0o1777,
    "mnt": 0o755,
    "root": 0o700,
    "home": 0o755,
    "opt/deml": 0o755,
}
LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "usr/bin/sh": "busybox"}


class Tree:
    """Entries by path; folders above an entry come to be with it."""

    def __init__(self):
        self.entries = {}

    def add(self, path, mode, kind=tarfile.REGTYPE, content=b"", target="", owner=0):
        parent = os.path.dirname(path)
        if parent and parent not in self.entries:
            self.add(parent, 0o755, tarfile.DIRTYPE)
        self.entries[path] = (mode, kind, content, target, owner)

    def add_file(self, path, source):
        mode = 0o755 if os.stat(source).st_mode & stat.S_IXUSR else 0o644
        self.add(path, mode, content=Path(source).read_bytes())

    def add_from(self, folder, wanted):
        """Adds the wanted paths of a folder; a link brings what it leads to, if that is a file."""
        for path in sorted(wanted):
            source = Path(folder) / path
            if not source.is_symlink():
                if not source.is_file():
                    sys.exit(f"image: no {path} in the packages")
                self.add_file(path, source)
                continue
            target = os.readlink(source)
            self.add(path, 0o777, tarfile.SYMTYPE, target=target)
            beside = os.path.normpath(os.path.join(os.path.dirname(path), target))
            if beside not in self.entries and beside not in wanted:
                self.add_from(folder, {beside})

    def write(self, file):
        with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as archive:
            for path, (mode, kind, content, target, owner) in sorted(self.entries.items()):
                info = tarfile.TarInfo("./" + path)
                info.mode, info.type, info.linkname = mode, kind, target
                info.uid = info.gid = owner
                info.size = len(content)
                info.mtime = 0
                archive.addfile(info, BytesIO(content))


def licences(folder):
    """The copyright files of the packages: whoever passes the image on passes them on."""
    root = Path(folder)
    return {str(f.relative_to(root)) for f in (root / LICENCES).glob("*/copyright") if f.is_file()}


def main():
    packages, sysroot, program, archive, *tools = sys.argv[1:]
    tree = Tree()
    for path, target in LINKS.items():
        tree.add(path, 0o777, tarfile.SYMTYPE, target=target)
    for path, mode in FOLDERS.items():
        tree.add(path, mode, tarfile.DIRTYPE)
    tree.add(f"home/{USER}", 0o755, tarfile.DIRTYPE, owner=USER_ID)
    for path, text in FILES.items():
        tree.add(path, 0o644, content=text.encode())
    tree.add_from(packages, KEPT | licences(packages))
    tree.add_from(sysroot, licences(sysroot))
    tree.add("opt/deml/RollupApp", 0o755, content=Path(program).read_bytes())
    for folder in tools:
        tree.add_from(folder, TOOLS | licences(folder))
    tree.write(archive)
    # What an ext2 file system needs at least: "blocks of 4 KiB, inodes".
    data = sum(-(-len(content) // 4096) + 1 for _, _, content, _, _ in tree.entries.values())
    print(data, len(tree.entries))


if __name__ == "__main__":
    main()
