/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Words are brought to one spelling before they are compared. The distance is the optimal string
 * alignment distance: Damerau 1964, with each pair of letters swapped once at most. */

#include "core/words.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { WORD_SIZE = 64, SHORTEST_BEGINNING = 3, NO_DISTANCE = INT_MAX };

/* Parts of words, American and British. Both sides of a comparison are changed, so that it does no harm
 * where one stands in a word that is spelled alike everywhere. */
typedef struct spelling {
    const char *american;
    const char *british;
    bool is_ending; /* changed only where ends_in_ize() says so */
} spelling;

static const spelling spellings[] = {
    { "color", "colour", false }, { "gray", "grey", false },       { "center", "centre", false },
    { "meter", "metre", false },  { "license", "licence", false }, { "alyz", "alys", false },
    { "iz", "is", true },
};

enum { SHORTEST_STEM = 3 };

/* Whether the "iz" at `at` is that of normalize, -ized and -ization, which two spellings write in two
 * ways, and not that of size, fontsize or horizon, which nobody writes with an s. */
static bool ends_in_ize(const char *word, const char *at)
{
    const char *stem = at;
    while (stem > word && stem[-1] != '-') {
        stem--;
    }
    return at - stem >= SHORTEST_STEM && at[-1] != 's' && at[2] != '\0' &&
           strchr("aei", at[2]) != NULL;
}

static const spelling *spelling_at(const char *word, const char *at)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        const spelling *one = &spellings[i];
        if (strncmp(at, one->american, strlen(one->american)) == 0 &&
            (!one->is_ending || ends_in_ize(word, at)))
        {
            return one;
        }
    }
    return NULL;
}

/* Writes the word in small letters, with '-', in British spelling; false: it is longer than any that
 * is known. */
static bool to_one_spelling(const char *word, size_t length, char out[WORD_SIZE])
{
    char small[WORD_SIZE];
    size_t used = 0;
    if (length >= WORD_SIZE) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char c = word[i];
        small[i] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
    }
    small[length] = '\0';
    for (const char *at = small; *at != '\0';) {
        const spelling *found = spelling_at(small, at);
        size_t added = found != NULL ? strlen(found->british) : 1;
        if (used + added >= WORD_SIZE) {
            return false;
        }
        memcpy(out + used, found != NULL ? found->british : at, added);
        used += added;
        at += found != NULL ? strlen(found->american) : 1;
    }
    out[used] = '\0';
    return true;
}

bool zd_word_same_n(const char *a, size_t length, const char *b)
{
    char one[WORD_SIZE];
    char other[WORD_SIZE];
    return to_one_spelling(a, length, one) && to_one_spelling(b, strlen(b), other) &&
           strcmp(one, other) == 0;
}

bool zd_word_same(const char *a, const char *b)
{
    return zd_word_same_n(a, strlen(a), b);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int distance_between(const char *a, const char *b)
{
    int rows[3][WORD_SIZE + 1]; /* the two rows before and this one, turning */
    int width = (int) strlen(b);
    for (int x = 0; x <= width; x++) {
        rows[0][x] = x;
    }
    for (int y = 1; a[y - 1] != '\0'; y++) {
        int *row = rows[y % 3];
        const int *above = rows[(y + 2) % 3];
        const int *higher = rows[(y + 1) % 3];
        row[0] = y;
        for (int x = 1; x <= width; x++) {
            int change = above[x - 1] + (a[y - 1] != b[x - 1]);
            row[x] = least(change, least(above[x], row[x - 1]) + 1);
            if (y > 1 && x > 1 && a[y - 1] == b[x - 2] && a[y - 2] == b[x - 1]) {
                row[x] = least(row[x], higher[x - 2] + 1);
            }
        }
    }
    return rows[strlen(a) % 3][width];
}

zd_nearest_word zd_nearest_word_begin(const char *word)
{
    return (zd_nearest_word){ .word = word, .distance = NO_DISTANCE };
}

void zd_nearest_word_try(zd_nearest_word *search, const char *candidate)
{
    char word[WORD_SIZE];
    char other[WORD_SIZE];
    if (!to_one_spelling(search->word, strlen(search->word), word) ||
        !to_one_spelling(candidate, strlen(candidate), other))
    {
        return;
    }
    size_t length = strlen(word);
    int limit = length <= 5 ? 1 : length <= 8 ? 2 : 3;
    int distance = distance_between(word, other);
    if (length >= SHORTEST_BEGINNING && strncmp(word, other, length) == 0) {
        distance = least(distance, 1);
    }
    if (length > 1 && distance <= limit && distance < search->distance) {
        search->distance = distance;
        search->best = candidate;
    }
}

const char *zd_nearest_word_best(const zd_nearest_word *search)
{
    return search->best;
}

const char *zd_did_you_mean(const zd_nearest_word *search, const char *before, char *to,
                            size_t size)
{
    to[0] = '\0';
    if (search->best != NULL) {
        snprintf(to, size, "; did you mean %s%s?", before, search->best);
        for (char *at = to; before[0] == '-' && *at != '\0'; at++) {
            *at = *at == '_' ? '-' : *at;
        }
    }
    return to;
}
