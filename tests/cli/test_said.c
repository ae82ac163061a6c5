/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* test_said TRANSCRIPT: what the command line says and does, word for word. A transcript holds commands, lines
 * that begin with "$ ", and below each one what it says: "  " before the standard output, "! " before the
 * standard error, "= N" an exit status other than 0. <*> stands for what is not the same everywhere. The
 * commands are run in one process after the other, each a fork of this one, which costs a tenth of starting
 * the program; they share a new folder with what said_media.c draws. Besides zdepth there are
 *
 *   show FILE        the pictures of a file, see said_media.c
 *   cat, ls, rm, mkdir, touch, cp, ln, sh -c '...'    of the system
 *
 * with NAME=VALUE before and "< FILE" or "> FILE" behind. Of the progress the stages that
 * came to their end are told, "! done: depth, matte". With
 * ZD_UPDATE=1 what is said is written into the transcript, to be read. */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "said.h"
#include "zd_test.h"

enum { MOST_WORDS = 64, MOST_TEXT = 1 << 18 };

static char folder[64];
static char *words[MOST_WORDS];
static int word_count;
static char word_text[4096];

/* At blanks; what stands in '...' is one word, and HERE the folder. */
static void split(const char *command)
{
    char *to = word_text;
    word_count = 0;
    for (const char *at = command; *at != '\0';) {
        at += strspn(at, " ");
        if (*at == '\0') {
            break;
        }
        REQUIRE(word_count < MOST_WORDS - 1);
        words[word_count++] = to;
        for (bool quoted = false; *at != '\0' && (quoted || *at != ' '); at++) {
            if (*at == '\'') {
                quoted = !quoted;
            } else if (strncmp(at, "HERE", 4) == 0) {
                REQUIRE(to + strlen(folder) < word_text + sizeof word_text - 1);
                to += sprintf(to, "%s", folder);
                at += 3;
            } else {
                REQUIRE(to < word_text + sizeof word_text - 1);
                *to++ = *at;
            }
        }
        *to++ = '\0';
    }
    words[word_count] = NULL;
}

static int show(const char *path)
{
    zd_context *ctx = NULL;
    zd_context_params params = { .threads = 1 };
    int status = zd_context_create(&params, &ctx, NULL) == ZD_OK ? said_show(ctx, path) : 1;
    zd_context_destroy(&ctx);
    return status;
}

/* In the child. */
static int execute(void)
{
    char **first = words;
    while (first[0] != NULL && strchr(first[0], '=') != NULL) {
        putenv(*first++);
    }
    int count = word_count - (int) (first - words);
    const char *input = "/dev/null";
    if (count > 2 && strcmp(first[count - 2], "<") == 0) {
        input = first[count - 1];
        count -= 2;
        first[count] = NULL;
    }
    if (count > 2 && strcmp(first[count - 2], ">") == 0) {
        int made = open(first[count - 1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (made < 0 || dup2(made, STDOUT_FILENO) < 0) {
            return 126;
        }
        close(made);
        count -= 2;
        first[count] = NULL;
    }
    int file = open(input, O_RDONLY);
    if (file < 0 || dup2(file, STDIN_FILENO) < 0 || count == 0) {
        return 126;
    }
    close(file);
    if (strcmp(first[0], "zdepth") == 0) {
        return zd_cli_run(count, first);
    }
    if (strcmp(first[0], "show") == 0) {
        return show(first[1]);
    }
    execvp(first[0], first);
    return 127;
}

typedef struct outcome {
    char text[MOST_TEXT]; /* as a transcript has it */
    size_t used;
} outcome;

static void put(outcome *out, const char *text)
{
    size_t length = strlen(text);
    REQUIRE(out->used + length < MOST_TEXT);
    memcpy(out->text + out->used, text, length + 1);
    out->used += length;
}

/* The folder and the project's by a name each. */
static void put_line(outcome *out, const char *mark, const char *line)
{
    const char *source = getenv("ZD_SOURCE");
    put(out, mark);
    for (const char *at = line; *at != '\0';) {
        bool is_here = strncmp(at, folder, strlen(folder)) == 0;
        bool is_source = source != NULL && strncmp(at, source, strlen(source)) == 0;
        const char plain[2] = { *at, '\0' };
        put(out, is_here ? "HERE" : is_source ? "SOURCE" : plain);
        at += is_here ? strlen(folder) : is_source ? strlen(source) : 1;
    }
    put(out, "\n");
}

/* Progress is told when time has gone by, and at the end of a stage: only that is the same everywhere. */
static bool is_progress(const char *line, char stage[32])
{
    long long done = 0;
    long long total = 0;
    const char *json = strstr(line, "\"type\": \"progress\", \"stage\": \"");
    int used = 0;
    if (json != NULL) {
        (void) sscanf(strstr(json, "stage"),
                      "stage\": \"%31[^\"]\", \"done\": %lld, \"total\": %lld%n", stage, &done,
                      &total, &used);
    } else {
        (void) sscanf(line, "%31[a-z]: %lld of %lld (%*d %%)%n", stage, &done, &total, &used);
    }
    bool is_line = used > 0;
    if (!is_line || done != total) {
        stage[0] = '\0';
    }
    return is_line || json != NULL;
}

static void put_file(outcome *out, const char *mark, FILE *file)
{
    char line[8192];
    char stages[256] = "";
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char stage[32] = "";
        line[strcspn(line, "\n")] = '\0';
        if (mark[0] != '!' || !is_progress(line, stage)) {
            put_line(out, line[0] != '\0' ? mark : mark[0] == '!' ? "!" : "  ~", line);
        } else if (stage[0] != '\0') {
            snprintf(stages + strlen(stages), sizeof stages - strlen(stages), "%s%s",
                     stages[0] != '\0' ? ", " : "", stage);
        }
    }
    if (stages[0] != '\0') {
        put_line(out, "! done: ", stages);
    }
}

static void run_command(const char *command, outcome *out)
{
    char code[32];
    int status = 0;
    FILE *said[2] = { tmpfile(), tmpfile() };
    REQUIRE(said[0] != NULL && said[1] != NULL);
    out->used = 0;
    out->text[0] = '\0';
    split(command);
    fflush(NULL);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (dup2(fileno(said[0]), STDOUT_FILENO) < 0 || dup2(fileno(said[1]), STDERR_FILENO) < 0) {
            _exit(125);
        }
        exit(execute());
    }
    REQUIRE_INT(waitpid(child, &status, 0), child);
    put_file(out, "  ", said[0]);
    put_file(out, "! ", said[1]);
    if (status != 0) {
        snprintf(code, sizeof code, "= %d\n",
                 WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
        put(out, code);
    }
    fclose(said[0]);
    fclose(said[1]);
}

/* <*> stands for anything within a line. */
static bool matches(const char *pattern, const char *text)
{
    while (*pattern != '\0') {
        if (strncmp(pattern, "<*>", 3) == 0) {
            const char *rest = pattern + 3;
            for (; *text != '\0' && *text != '\n' && !matches(rest, text); text++) {
            }
            pattern = rest;
        } else if (*pattern++ != *text++) {
            return false;
        }
    }
    return *text == '\0';
}

static bool is_said(const char *line)
{
    return line[0] == ' ' || line[0] == '!' || line[0] == '=';
}

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, MOST_TEXT);
    REQUIRE(file != NULL && text != NULL);
    size_t bytes = fread(text, 1, MOST_TEXT - 1, file);
    REQUIRE(bytes < MOST_TEXT - 1);
    fclose(file);
    return text;
}

static const char *path;

/* One command of the transcript and what is written below it; `next` is what follows. */
static void try_command(char *text, char **next, FILE *update)
{
    static outcome out;
    char *end = strchr(text, '\n');
    REQUIRE(end != NULL);
    *end = '\0';
    char *after = end + 1;
    while (is_said(after)) {
        char *line = strchr(after, '\n');
        REQUIRE(line != NULL);
        after = line + 1;
    }
    char kept = *after;
    *after = '\0';
    run_command(text + 2, &out);
    bool is_same = matches(end + 1, out.text);
    if (update != NULL) {
        fprintf(update, "%s\n%s", text, is_same ? end + 1 : out.text);
    } else if (!is_same) {
        printf("FAILED %s\nexpected\n%sgot\n%s", text, end + 1, out.text);
    }
    zd_test_passed += is_same;
    zd_test_failed += !is_same && update == NULL;
    *after = kept;
    *next = after;
}

static void the_transcript_holds(void)
{
    char *text = read_all(path);
    FILE *update = getenv("ZD_UPDATE") != NULL ? fopen(path, "wb") : NULL;
    REQUIRE(chdir(folder) == 0);
    said_draw();
    for (char *at = text; *at != '\0';) {
        char *next = strchr(at, '\n');
        REQUIRE(next != NULL);
        next++;
        if (at[0] == '$') {
            try_command(at, &next, update);
        } else if (update != NULL) {
            fwrite(at, 1, (size_t) (next - at), update);
        }
        at = next;
    }
    if (update != NULL) {
        fclose(update);
    }
    free(text);
}

/* Nothing of the machine's own. */
static void clean_environment(void)
{
    static const char *const foreign[] = { "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
                                           "ZD_CONFIG",       "ZD_MODELS",      "ZD_CACHE_LIMIT",
                                           "OFX_PLUGIN_PATH", "FREI0R_PATH",    "TMPDIR",
                                           "ZD_SHARED" };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        unsetenv(foreign[i]);
    }
    char home[80];
    snprintf(home, sizeof home, "%s/home", folder);
    setenv("HOME", home, 1);
    snprintf(home, sizeof home, "%s/cache", folder);
    setenv("ZD_CACHE", home, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TZ", "UTC", 1);
}

int main(int argc, char **argv)
{
    char removal[96];
    snprintf(folder, sizeof folder, "/tmp/zdepth-said-XXXXXX");
    if (argc != 2 || mkdtemp(folder) == NULL) {
        return 2;
    }
    path = realpath(argv[1], NULL);
    clean_environment();
    RUN(the_transcript_holds);
    snprintf(removal, sizeof removal, "rm -rf %s", folder);
    if (system(removal) != 0) {
        printf("cannot remove %s\n", folder);
    }
    return zd_test_finish();
}
