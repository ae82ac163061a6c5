/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The current token is all the state that there is beside the place in the text. */

#include "scene/scene_lex.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_space(zd_lexer *lexer)
{
    while (lexer->at < lexer->bytes) {
        char c = lexer->text[lexer->at];
        if (c == '#') {
            while (lexer->at < lexer->bytes && lexer->text[lexer->at] != '\n') {
                lexer->at++;
            }
        } else if (!is_space(c)) {
            return;
        } else {
            lexer->at++;
            if (c == '\n') {
                lexer->line++;
                lexer->line_start = lexer->at;
            }
        }
    }
}

static zd_status lex_string(zd_lexer *lexer, zd_error *err)
{
    zd_token *token = &lexer->token;
    size_t at = lexer->at + 1;
    while (at < lexer->bytes && lexer->text[at] != '"' && lexer->text[at] != '\n') {
        at++;
    }
    if (at >= lexer->bytes || lexer->text[at] != '"') {
        return zd_scene_fail(lexer->scene, token->line, token->column, err,
                             "a quoted text does not end on its line");
    }
    token->kind = ZD_TOKEN_STRING;
    token->text = lexer->text + lexer->at + 1;
    token->length = at - lexer->at - 1;
    lexer->at = at + 1;
    return ZD_OK;
}

static void lex_word(zd_lexer *lexer)
{
    zd_token *token = &lexer->token;
    size_t at = lexer->at;
    while (at < lexer->bytes && !is_space(lexer->text[at]) &&
           strchr("{}#\"", lexer->text[at]) == NULL) {
        at++;
    }
    token->kind = ZD_TOKEN_WORD;
    token->text = lexer->text + lexer->at;
    token->length = at - lexer->at;
    lexer->at = at;
}

zd_status zd_lexer_next(zd_lexer *lexer, zd_error *err)
{
    assert(lexer->at <= lexer->bytes);
    skip_space(lexer);
    zd_token *token = &lexer->token;
    *token = (zd_token){ .kind = ZD_TOKEN_END,
                         .line = lexer->line,
                         .column = (int) (lexer->at - lexer->line_start) + 1,
                         .begin = lexer->at,
                         .text = "" };
    if (lexer->at < lexer->bytes) {
        char c = lexer->text[lexer->at];
        if (c == '{' || c == '}') {
            token->kind = c == '{' ? ZD_TOKEN_OPEN : ZD_TOKEN_CLOSE;
            token->text = lexer->text + lexer->at++;
            token->length = 1;
        } else if (c == '"') {
            ZD_TRY(lex_string(lexer, err));
        } else if ((unsigned char) c < 0x20) {
            return zd_scene_fail(lexer->scene, token->line, token->column, err,
                                 "a control character (0x%02x)", (unsigned char) c);
        } else {
            lex_word(lexer);
        }
    }
    token->end = lexer->at;
    return ZD_OK;
}

zd_status zd_lexer_begin(zd_lexer *lexer, zd_scene *scene, const char *text, size_t bytes,
                         zd_error *err)
{
    size_t mark = bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* byte order mark */
    *lexer = (zd_lexer){
        .scene = scene, .text = text, .bytes = bytes, .at = mark, .line_start = mark, .line = 1
    };
    return zd_lexer_next(lexer, err);
}

bool zd_token_is(const zd_token *token, const char *word)
{
    return token->kind == ZD_TOKEN_WORD && token->length == strlen(word) &&
           memcmp(token->text, word, token->length) == 0;
}

bool zd_token_number(const zd_token *token, double *value)
{
    char digits[64];
    if (token->kind != ZD_TOKEN_WORD || token->length >= sizeof digits) {
        return false;
    }
    for (size_t i = 0; i < token->length; i++) {
        if (strchr("0123456789+-.eE", token->text[i]) == NULL) {
            return false;
        }
    }
    memcpy(digits, token->text, token->length);
    digits[token->length] = '\0';
    char *end = digits;
    *value = strtod(digits, &end);
    return end == digits + token->length && token->length > 0 && isfinite(*value);
}
