/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Asks the rows of family_list.h in turn which of them a file belongs to. */

#include "model/families/family.h"

#define FAMILY(name) &zd_family_##name,
static const zd_family *const families[] = { ZD_FAMILIES(FAMILY) };

const zd_family *zd_family_find(const zd_weights *weights)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (families[i]->recognises(weights)) {
            return families[i];
        }
    }
    return families[0];
}
