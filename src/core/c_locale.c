/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#include "core/c_locale.h"

zd_c_locale zd_c_locale_enter(void)
{
    locale_t none = (locale_t) 0;
    zd_c_locale locale = { newlocale(LC_NUMERIC_MASK, "C", none), none };
    if (locale.plain != none) {
        locale.before = uselocale(locale.plain);
    }
    return locale;
}

void zd_c_locale_leave(zd_c_locale locale)
{
    if (locale.plain != (locale_t) 0) {
        uselocale(locale.before);
        freelocale(locale.plain);
    }
}
