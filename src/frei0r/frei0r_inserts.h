/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FREI0R_FREI0R_INSERTS_H
#define ZD_FREI0R_FREI0R_INSERTS_H

/* Titles, pictures and movies between the layers, as a frei0r host names them: by text, for hosts without a
 * second input, and above it in the mixer.
 *
 * Thread-safety: one thread at a time for each engine's instance. */

#include "engine/engine.h"
#include "frei0r/frei0r_params.h"

/** Whether a host has named any. */
bool zd_frei0r_has_inserts(char *const texts[ZD_F_COUNT]);

/** What it has named, from the bottom up: the file, the title, more. Position, size and depth that stand as they
 *  began are the project's defaults. The engine gets what reads files; ZD_ERR_MISSING when that is not where
 *  it was installed. */
ZD_MUST_USE zd_status zd_frei0r_read_inserts(zd_engine *engine, char *const texts[ZD_F_COUNT],
                                             const double numbers[ZD_F_COUNT], zd_project *out,
                                             zd_error *err);

#endif
