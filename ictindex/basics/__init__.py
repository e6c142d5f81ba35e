"""What every room stands on: exact numbers, files read and written safely, findings, and where things lie."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "csv_file": ["Checked", "Columns", "Row", "YES_NO", "checked_csv", "read_csv", "scan_csv"],
        "digits": ["DIGITS", "TELLABLE", "geometric_mean", "logarithm", "power", "power_mean"],
        "exact": [
            "ROUNDINGS",
            "exact_text",
            "format_vi",
            "is_ambiguous",
            "marks_used",
            "parse_number",
            "plain_decimal",
            "proven_mark",
            "round_exact",
        ],
        "files": [
            "MAX_YAML_BYTES",
            "code_point",
            "control_character",
            "file_sha256",
            "is_name",
            "read_bytes",
            "read_text",
            "sha256",
            "write_whole",
        ],
        "findings": [
            "Finding",
            "MAX_FINDINGS",
            "Refused",
            "Speller",
            "did_you_mean",
            "found",
            "nearest",
            "refuse_if",
            "report",
            "speller",
        ],
        "interrupts": ["INTERRUPTED", "as_interrupt"],
        "json_text": ["parse_json"],
        "letters": ["damaged"],
        "leftovers": ["announce_new_year", "forget_new_year", "tidy"],
        "project": ["PROFILES", "Project", "VARIANTS", "WHAT_IF"],
        "strict_yaml": ["Document", "YamlPath", "load", "scan"],
        "swap": ["digests", "rewrite_folder"],
        "temporary": [
            "keep_sockets_aside",
            "sweep_temporary",
            "temporary_files_aside",
            "temporary_folder",
        ],
        "workers": ["begin_as_worker", "deaf", "spread"],
    },
)
