/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_WORDS_H
#define ZD_CORE_WORDS_H

/* Words as people type them: names of flags, values, sections and filters, in British or American
 * spelling, and the word that was probably meant by one that is not known. */

#include <stdbool.h>
#include <stddef.h>

/** Whether two words are the same but for case, '_' for '-', and British or American spelling:
 *  "outline_colour" and "Outline-Color" are. */
bool zd_word_same(const char *a, const char *b);

/** The same for the first `length` bytes of `a`, which need not end there. */
bool zd_word_same_n(const char *a, size_t length, const char *b);

/** Looks for the word that was meant. Candidates are borrowed and must outlive the search. */
typedef struct zd_nearest_word {
    const char *word;
    const char *best;
    int distance; /* letters to change to get to `best` */
} zd_nearest_word;

zd_nearest_word zd_nearest_word_begin(const char *word);
void zd_nearest_word_try(zd_nearest_word *search, const char *candidate);

/** The candidate with the fewest letters changed, left out, added or swapped: one for words of up to 5
 *  letters, two of up to 8, three of more; or the one that the word begins. NULL: none. The first of
 *  equals wins. */
const char *zd_nearest_word_best(const zd_nearest_word *search);

/** "; did you mean NAME?" for the end of a message, or "". Returns `to`. */
const char *zd_did_you_mean(const zd_nearest_word *search, const char *before, char *to,
                            size_t size);

#endif
