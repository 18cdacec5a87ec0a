"""Makes pages and everything they need from a folder of files; see docs/content-format.md.

reading      files to trees of nodes, each with its file and line
kinds        which models there are, and what their keys mean
markdown     Markdown to rich text; its outline, to compare two languages
body         the text of a page to blocks, still as nodes
merging      English laid over Latvian
fields, block_values, building
             nodes to values, by the definitions of models and blocks
references   what a key such as `page:about` stands for
planning     what has to be done, and everything that is wrong
writing, translating
             doing it
"""
