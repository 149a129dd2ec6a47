"""Lists what the guest is made of, as CycloneDX 1.6, without times: the same inputs, the same bytes.

sbom.py LOCK TOOLCHAIN STATE VERSION COMMIT TOOLS

LOCK is packages.lock, TOOLCHAIN the version of Swift, STATE the workspace-state.json of the guest's build,
which knows the Swift packages in it, and TOOLS "VERSION SHA256" of the guest tools, or nothing.
"""

import json
import sys
from urllib.parse import quote


def debian(lock):
    """The packages of packages.lock, each once, with what it is there for."""
    uses = {"sysroot": "linked into the program", "image": "in the image beside the program"}
    packages = {}
    with open(lock, encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    for use, name, version, digest in lines:
        packages.setdefault((name, version, digest), []).append(uses[use])
    for (name, version, digest), uses in sorted(packages.items()):
        yield {
            "type": "library",
            "bom-ref": f"debian/{name}",
            "name": name,
            "version": version,
            "purl": f"pkg:deb/debian/{name}@{quote(version, safe='')}?arch=riscv64&distro=trixie",
            "hashes": [{"alg": "SHA-256", "content": digest}],
            "properties": [{"name": "deml:use", "value": "; ".join(uses)}],
        }


def swift(state):
    """The Swift packages that the guest was built with."""
    with open(state, encoding="utf-8") as file:
        dependencies = json.load(file)["object"]["dependencies"]
    for dependency in sorted(dependencies, key=lambda entry: entry["packageRef"]["identity"]):
        reference, checkout = dependency["packageRef"], dependency["state"]["checkoutState"]
        yield {
            "type": "library",
            "bom-ref": f"swift/{reference['identity']}",
            "name": reference["identity"],
            "version": checkout.get("version", checkout["revision"]),
            "properties": [{"name": "deml:use", "value": "linked into the program"}],
        }


def main(lock, toolchain, state, version, commit, tools):
    components = [
        *debian(lock),
        *swift(state),
        {
            "type": "library",
            "bom-ref": "swift-toolchain",
            "name": "swift-embedded-standard-library",
            "version": toolchain,
            "properties": [
                {
                    "name": "deml:use",
                    "value": "linked into the program, which this toolchain compiles",
                }
            ],
        },
    ]
    if tools:
        release, digest = tools.split()
        components.append(
            {
                "type": "application",
                "bom-ref": "machine-guest-tools",
                "name": "machine-guest-tools",
                "version": release,
                "purl": f"pkg:github/cartesi/machine-guest-tools@v{release}",
                "hashes": [{"alg": "SHA-256", "content": digest}],
                "properties": [{"name": "deml:use", "value": "in the image beside the program"}],
            }
        )
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "deml",
                "name": "deml",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "properties": [{"name": "deml:commit", "value": commit}],
            }
        },
        "components": components,
        "dependencies": [
            {"ref": "deml", "dependsOn": [component["bom-ref"] for component in components]}
        ],
    }
    json.dump(document, sys.stdout, indent=2)
    print()


main(*sys.argv[1:])
