/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_EXPORT_H
#define ZDEPTH_EXPORT_H

/* Marks what the library shows. */

/** Marks a function that the library shows. */
#if defined(_WIN32)
#    define ZDEPTH_API
#elif defined(__GNUC__)
#    define ZDEPTH_API __attribute__((visibility("default")))
#else
#    define ZDEPTH_API
#endif

/** Marks a function whose answer must be looked at. */
#if defined(__GNUC__)
#    define ZDEPTH_MUST_USE __attribute__((warn_unused_result))
#else
#    define ZDEPTH_MUST_USE
#endif

#endif
