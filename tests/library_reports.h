/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_LIBRARY_REPORTS_H
#define ZD_LIBRARY_REPORTS_H

/* What the sanitizers report about the text libraries and not about us. Included once by a test
 * program that draws text.
 *
 * Fontconfig keeps its configuration until the process ends and loses the pointer to it. Pango
 * reads the fonts in a thread of its own and synchronises by GLib's locks, which ThreadSanitizer
 * does not see. */

__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__tsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

const char *__tsan_default_suppressions(void)
{
    return "race:libpangoft2\n"
           "race:libfontconfig\n"
           "race:libglib\n"
           "race:libgobject\n"
           "race:libharfbuzz\n";
}

#endif
