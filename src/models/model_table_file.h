/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODELS_MODEL_TABLE_FILE_H
#define ZD_MODELS_MODEL_TABLE_FILE_H

/* Further entries of the table of models, from the small text file that $ZD_MODELS_TABLE names: a
 * studio's own networks, and what the tests install. One model a line, eight words with blanks
 * between them, '#' starts a comment:
 *
 *     NAME REPOSITORY REVISION FILE BYTES SHA256 LICENCE yes|no
 *
 * The last word says whether the licence is permissive. The file is read once, at the first
 * question; one that has a mistake adds nothing. */

#include "core/status.h"
#include "models/model_store.h"

enum { ZD_MODEL_TABLE_FILE_MAX = 32 };

/** The entries of the file; *count is 0 without a file and with a bad one. Thread-safety: safe. */
const zd_model_entry *zd_model_table_file_entries(int *count);

/** What is wrong with the file, with the line; ZD_OK when nothing is, or there is none. */
ZD_MUST_USE zd_status zd_model_table_file_check(zd_error *err);

/** Reads entries out of `text`, which is cut into words and must live as long as they do. */
ZD_MUST_USE zd_status zd_model_table_file_parse(char *text, zd_model_entry *entries, int *count,
                                                zd_error *err);

#endif
