/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_PLACE_HINT_H
#define ZD_CORE_PLACE_HINT_H

/* What other programs take in place of a file's name, and what it is called here: the end of a message about a
 * name that cannot be opened, "" where there is nothing to say. Thread-safe. */

const char *zd_place_hint_read(const char *path);
const char *zd_place_hint_write(const char *path);

#endif
