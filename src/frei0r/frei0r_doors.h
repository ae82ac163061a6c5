/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FREI0R_FREI0R_DOORS_H
#define ZD_FREI0R_FREI0R_DOORS_H

/* The doors of frei0r 1.2 that a plug-in has. Pictures are 8 bit, tightly packed, top row first, not
 * premultiplied. */

#include <stdint.h>

#include "media/frei0r_abi.h"

#define F0R_EXPORT __attribute__((visibility("default")))

F0R_EXPORT int f0r_init(void);
F0R_EXPORT void f0r_deinit(void);
F0R_EXPORT void f0r_get_plugin_info(f0r_info *info);
F0R_EXPORT void f0r_get_param_info(f0r_param *info, int index);
F0R_EXPORT void *f0r_construct(unsigned width, unsigned height);
F0R_EXPORT void f0r_destruct(void *instance);
F0R_EXPORT void f0r_set_param_value(void *instance, void *value, int index);
F0R_EXPORT void f0r_get_param_value(void *instance, void *value, int index);
F0R_EXPORT void f0r_update(void *instance, double time, const uint32_t *in, uint32_t *out);
F0R_EXPORT void f0r_update2(void *instance, double time, const uint32_t *in1, const uint32_t *in2,
                            const uint32_t *in3, uint32_t *out);

#endif
