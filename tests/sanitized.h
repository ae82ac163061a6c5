/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_SANITIZED_H
#define ZD_TEST_SANITIZED_H

/* Whether this build is instrumented, where every load takes some ten times as long: times mean nothing
 * there, and of a long figure, which the plain build makes whole, a first part takes every path. */

#if defined(__SANITIZE_THREAD__)
#    define ZD_TEST_HAS_TSAN true
#elif defined(__has_feature)
#    if __has_feature(thread_sanitizer)
#        define ZD_TEST_HAS_TSAN true
#    endif
#endif
#ifndef ZD_TEST_HAS_TSAN
#    define ZD_TEST_HAS_TSAN false
#endif

#if defined(__SANITIZE_ADDRESS__)
#    define ZD_TEST_HAS_ASAN true
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define ZD_TEST_HAS_ASAN true
#    endif
#endif
#ifndef ZD_TEST_HAS_ASAN
#    define ZD_TEST_HAS_ASAN false
#endif

#define ZD_TEST_IS_SANITIZED (ZD_TEST_HAS_TSAN || ZD_TEST_HAS_ASAN)

#endif
