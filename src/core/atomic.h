/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_ATOMIC_H
#define ZD_CORE_ATOMIC_H

/* C's atomics for headers, which compile as C++ too: C++17 has the same names in a namespace. */

#ifdef __cplusplus
#    include <atomic>
using std::atomic_bool;
using std::atomic_flag;
using std::atomic_int;
using std::atomic_load_explicit;
using std::memory_order_relaxed;
#else
#    include <stdatomic.h>
#endif

#endif
