"""From the executed notebook to what is published (web page, workbook, open data, manifest), and back."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "assurance": ["trust"],
        "crate": ["opened_crate", "pack"],
        "description": ["anchor_vi"],
        "edition_lock": ["SharedHold", "hold", "hold_edition"],
        "output_folder": ["bad_outputs", "run_of"],
        "places": ["PLACES", "places", "write_places"],
        "profiles": ["as_recorded", "seen_as"],
        "provenance": [
            "MANIFEST",
            "RUN_RECORD",
            "canonical_json",
            "made_with",
            "manifest",
            "run_record",
            "sources",
        ],
        "signature": ["SIGNATURES", "keep_signature"],
        "spreadsheet": ["book_of"],
        "unit_pages": ["own_html", "units"],
        "verification": ["evidence", "read_manifest", "run_parameters", "verify"],
        "word": ["blank", "cell_words", "centred", "packed"],
        "what_if_comparison": ["write_comparisons"],
    },
)
