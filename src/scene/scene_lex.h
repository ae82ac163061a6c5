/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_LEX_H
#define ZD_SCENE_SCENE_LEX_H

/* Cuts a scene's text into words, quoted strings and braces. '#' begins a comment that ends with
 * its line; white space separates and has no other meaning. */

#include "scene/scene_internal.h"

typedef enum zd_token_kind {
    ZD_TOKEN_END,
    ZD_TOKEN_WORD,
    ZD_TOKEN_STRING,
    ZD_TOKEN_OPEN,
    ZD_TOKEN_CLOSE,
} zd_token_kind;

typedef struct zd_token {
    zd_token_kind kind;
    const char *text; /* inside the file; of a string, between its quotes */
    size_t length;
    int line;
    int column; /* bytes, from 1 */
    size_t begin;
    size_t end;
} zd_token;

typedef struct zd_lexer {
    zd_scene *scene;
    const char *text;
    size_t bytes;
    size_t at;
    size_t line_start;
    int line;
    zd_token token; /* the current one */
} zd_lexer;

/** Moves to the first token. */
zd_status zd_lexer_begin(zd_lexer *lexer, zd_scene *scene, const char *text, size_t bytes,
                         zd_error *err);

/** Moves to the next token. */
zd_status zd_lexer_next(zd_lexer *lexer, zd_error *err);

bool zd_token_is(const zd_token *token, const char *word);

/** Reads a finite decimal number that is the whole token. */
bool zd_token_number(const zd_token *token, double *value);

#endif
