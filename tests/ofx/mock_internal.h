/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_MOCK_INTERNAL_H
#define ZD_TEST_MOCK_INTERNAL_H

/* What the mock host's files share. */

#include "mock_host.h"

extern const ofx_property_suite mock_property_suite;
extern const ofx_effect_suite mock_effect_suite;
extern const ofx_param_suite mock_param_suite;

void mock_props_clear(ofx_props set);
void mock_props_copy(ofx_props to, ofx_props from);
void mock_param_reset(ofx_param param); /* to its default */

#endif
