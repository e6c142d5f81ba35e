"""Where the project's files are: every path is made here, from names that cannot leave their folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ictindex.basics.files import is_name
from ictindex.basics.findings import Refused, found

VARIANTS = "variants"  # the folder in an official one of what runs with other rules came to
PROFILES = "profiles"  # the folder in an official one of what others than its makers may see
INTERNAL, PUBLIC, AGENCY = "internal", "public", "agency"  # the profiles that there are
WHAT_IF = "what_if"  # the folder of what-if files in parameters/, and of their results in an official one


@dataclass(frozen=True)
class Project:
    """A folder that holds notebooks/, parameters/, inputs/ and outputs/."""

    root: Path

    @classmethod
    def around(cls, start: Path | None = None) -> Project:
        """The project in or above a folder (the working folder, unless ICTINDEX_PROJECT names one)."""
        start = Path(start or os.environ.get("ICTINDEX_PROJECT") or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / "parameters" / "methodologies").is_dir():
                return cls(folder)
        raise Refused([found("no-project", str(start))])

    @classmethod
    def of_page(cls) -> Project:
        """The project around a page; of one that papermill runs elsewhere, that which the package lies in."""
        own = Path(__file__).parents[2]
        try:
            return cls.around()
        except Refused:
            if os.environ.get("ICTINDEX_PROJECT") or not (own / "parameters" / "methodologies").is_dir():
                raise
            return cls(own)

    def methodology(self, name: str) -> Path:
        """The methodology's own file; where there is none, the amendment of that name."""
        own, amendment = self._inside("parameters/methodologies", name, ".yaml"), self.amendment(name)
        return amendment if amendment.exists() and not own.exists() else own

    def amendment(self, name: str) -> Path:
        return self._inside("parameters/methodologies/amendments", name, ".yaml")

    def parameters(self, edition: str) -> Path:
        return self._inside("parameters", edition, ".yaml")

    def notebook(self, edition: str) -> Path:
        return self._inside("notebooks", edition, ".ipynb")

    def inputs(self, name: str) -> Path:
        return self._inside("inputs", name)

    def output(self, edition: str, what_if: str = "", variant: str = "", profile: str = "") -> Path:
        """The folder of an official annex; of a what-if, other rules or another profile, one inside it."""
        official = self._inside("outputs", edition)
        if profile:
            return self._inside(f"outputs/{edition}/{PROFILES}", profile)
        if what_if:
            return self._inside(f"outputs/{edition}/{WHAT_IF}", what_if)
        return self._inside(f"outputs/{edition}/{VARIANTS}", variant) if variant else official

    def what_if(self, name: str) -> Path:
        return self._inside(f"parameters/{WHAT_IF}", name, ".yaml")

    def crosswalk(self, name: str) -> Path:
        """What each criterion of one methodology was in another."""
        return self._inside("parameters/crosswalks", name, ".yaml")

    def exchange(self, edition: str) -> Path:
        """What is sent to units and reviewers, and what goes back to them; nothing of it is committed."""
        return self._inside("outputs/exchange", edition)

    @property
    def building(self) -> Path:
        """Half-built outputs; on the same file system as outputs/, so that a rename is enough."""
        return self.root / "outputs" / ".building"

    def lock(self, name: str) -> Path:
        """What a command holds that works on parameters, inputs, exchange or outputs of this name."""
        return self._inside("outputs/.locks", name, ".lock")

    def concluded(self, edition: str, about: str) -> Path:
        """What was concluded about an edition, as long as nothing it was drawn from is another."""
        return self._inside(f"outputs/.concluded/{about}", edition, ".json")

    @property
    def failed(self) -> Path:
        return self.root / "outputs" / ".failed"

    def editions(self) -> list[str]:
        """Every edition that has a parameter file, in alphabetical order."""
        return _names(self.root / "parameters")

    def methodologies(self) -> list[str]:
        return _names(self.root / "parameters" / "methodologies")

    def what_ifs(self) -> list[str]:
        return _names(self.root / "parameters" / WHAT_IF)

    def crosswalks(self) -> list[str]:
        return _names(self.root / "parameters" / "crosswalks")

    def amendments(self) -> list[str]:
        return _names(self.root / "parameters" / "methodologies" / "amendments")

    def shown(self, path: Path) -> str:
        """A path as findings and manifests name it: from the project's root, with forward slashes."""
        path = Path(path)
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def _inside(self, folder: str, name: str, suffix: str = "") -> Path:
        if not is_name(name):
            raise Refused([found("not-a-name", folder, name=name)])
        return self.root / folder / f"{name}{suffix}"


def _names(folder: Path) -> list[str]:
    """The YAML files of a folder without their ending; hidden ones (an editor's, a Mac's) are not ours."""
    return sorted(path.stem for path in folder.glob("*.yaml") if not path.name.startswith("."))
