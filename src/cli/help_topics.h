/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_HELP_TOPICS_H
#define ZD_CLI_HELP_TOPICS_H

/* What is alike for all verbs, a page each: `zdepth help NAME`, and a section of the manual. */

typedef struct zd_help_topic {
    const char *name;
    const char *summary;
    const char *text; /* paragraphs; lines that begin with two blanks stay as they are */
} zd_help_topic;

/** Ends with a NULL name. */
extern const zd_help_topic zd_help_topics[];

/** NULL: no such topic. */
const zd_help_topic *zd_help_topic_find(const char *name);

#endif
