/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_C_LOCALE_H
#define ZD_CORE_C_LOCALE_H

/* Numbers in files and texts have a point in every country. A host of the plug-ins may have chosen a
 * locale with a decimal comma; between these two calls the calling thread reads and writes points. */

#include <locale.h>

typedef struct zd_c_locale {
    locale_t plain;
    locale_t before;
} zd_c_locale;

zd_c_locale zd_c_locale_enter(void);
void zd_c_locale_leave(zd_c_locale locale);

#endif
