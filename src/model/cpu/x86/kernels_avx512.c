/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The kernels for AVX-512: vectors of sixteen, fourteen rows by two vectors a tile. */

#include "model/cpu/x86/vectors_avx512.h"

#define BODY_LANES 16
#define BODY_ROWS  14
#define BODY_NAME  zd_kernels_avx512
#define BODY_TITLE "avx512"

#include "model/cpu/kernel_body.h"
