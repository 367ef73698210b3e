Feature: Workers
  Every candidate who has a running placement is a worker in Shiftline, and nobody else is.

  Recruiters work in Bullhorn only. Whatever they correct there must reach the worker's phone by the second sync.
  How to reach them, when they are free and what they agree to is the worker's business as much as ours: those rows go
  both ways, and each says whose word counts when both have changed it. Everything else a worker may look at but not
  change for good, because payroll reads Bullhorn. What we know about people and the app has no use for stays at home:
  see the rows marked "never".

  Background:
    Given each Candidate is a worker, with their latest Placement by dateBegin where status is "Approved", matched by external_id, then same email

  @chart @owner:dana @must
  Scenario Outline: <Bullhorn field> <flow> <Shiftline field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Who the worker is
      | Bullhorn field      | flow | Shiftline field | rule                                    | required | note                                        |
      | id                  | ->   | external_id     | as text                                 | yes      | the link between the two records            |
      | firstName           | ->   | first_name      | same text, kept right                   | yes      |                                             |
      | lastName            | ->   | last_name       | same text, put right at the next change | yes      | O'Brien and Nguyễn arrive as they are       |
      | firstName, lastName | ->   | display_name    | firstName + " " + lastName              |          | what colleagues see                         |
      | nickName            | <->  | nickname        | app wins                                |          | nobody has said yet how; taken as same text |
      | status              | ->   | status          | look up in "Worker status"              | yes      |                                             |
      | employeeType        | ->   | worker_type     | look up in "Employee type"              |          |                                             |
      | owner               | ->   | recruiter_id    | the recruiter with the same id          |          | whom to call                                |
      | dateAdded           | ->   | registered_at   | same date and time                      |          | for the anniversary greeting                |
      |                     | ->   | source_system   | always "Bullhorn"                       |          | Shiftline has other partners                |
      |                     | ->   | tenant_code     | always setting tenant                   |          |                                             |
      | source              | ->   | referral_source | same text, on create only               |          | the app's own survey refines it later       |

    Examples: How to reach them
      | Bullhorn field                     | flow | Shiftline field   | rule                                                                                                                 | required | note                                                                    |
      | email                              | <->  | email             | same email, ATS wins                                                                                                 |          |                                                                         |
      | mobile                             | <->  | phone             | same phone, app wins                                                                                                 |          | text messages go here                                                   |
      | phone, phone2, phone3, workPhone   | ->   | other_phones      | every filled one of phone, phone2, phone3 or workPhone, same phone                                                   |          |                                                                         |
      | address.address1                   | <->  | street            | same text, latest change wins                                                                                        |          |                                                                         |
      | address.address2                   | <->  | unit              | latest change wins                                                                                                   |          | nobody has said yet how; taken as same text                             |
      | address.city                       | <->  | city              | same text, latest change wins                                                                                        |          |                                                                         |
      | address.state, address.countryName | ->   | state             | state as 2-letter code, only when address.countryName is blank or address.countryName is "United States", else blank |          | people type "Illinois", "IL" and "il"; abroad the city is enough        |
      | address.zip                        | <->  | postal_code       | same text, latest change wins                                                                                        |          | 02134 keeps its zero                                                    |
      | address.countryName                | ->   | country           | country as 2-letter code                                                                                             |          |                                                                         |
      | smsOptIn                           | ->   | text_opt_in       | same yes/no                                                                                                          |          | Bullhorn takes it with a new candidate only; false must arrive as false |
      | massMailOptOut                     | ->   | may_email         | yes if massMailOptOut is no, otherwise no                                                                            |          | an opt-out we do not know of counts as one                              |
      | massMailOptOut                     | <->  | email_opt_out     | same yes/no, app wins                                                                                                |          | whoever opts out in the app has opted out                               |
      | Emergency contact                  | <->  | emergency_contact | same text, app wins                                                                                                  |          | the worker's own entry wins                                             |

    @should
    Examples: What they can do
      | Bullhorn field       | flow | Shiftline field               | rule                                             | required | note                                         |
      | occupation           | ->   | job_title                     | at most 80 characters                            |          | Bullhorn allows 100                          |
      | primarySkills[].name | ->   | skills                        | every item, or an empty list if blank            |          |                                              |
      | certifications       | ->   | certificates                  | split at ",", every filled item                  |          | typed as one line in Bullhorn                |
      | experience           | ->   | years_experience              | same number                                      |          | 0 years is an answer                         |
      | willRelocate         | <->  | open_to_relocation            | same yes/no, app wins                            |          |                                              |
      | dateAvailable        | <->  | available_on                  | same date, latest change wins                    |          | a day, wherever the phone is                 |
      | Preferred shift      | <->  | preferred_shift               | look up in "Preferred shift", latest change wins |          | several of our words are one of theirs       |
      | hourlyRate           | <->  | desired_pay                   | same amount, ATS wins                            |          |                                              |
      | description          | ->   | about                         | plain text, at most 500 characters               |          | HTML in Bullhorn                             |
      | companyName          | ->   | previous_employer             | same text, blank is ignored                      |          | recruiters clear it when they re-use a field |
      | Uniform size         | ->   | tags[name is "uniform"].value | upper case                                       |          | other tags belong to the app                 |
      |                      | ->   | shirt_size                    | left blank                                       |          | the app asks; new workers start without one  |
      | Badge number         | ->   | badge                         | without the characters "- ", or "NONE" if blank  |          | printed by the gate                          |

    Examples: Their assignment
      | Bullhorn field      | flow | Shiftline field | rule                    | required | note                             |
      | Placement.payRate   | ->   | pay_rate        | same amount, kept right |          | of the latest approved placement |
      | Placement.dateBegin | ->   | assigned_since  | same date               |          |                                  |

    @severity:critical
    Examples: What stays where it is
      | Bullhorn field | flow  | Shiftline field | rule | required | note                                         |
      | ssn            | never |                 |      |          | payroll only; a leak must be reported by law |
      | dateOfBirth    | never |                 |      |          | age must not play a part                     |
      | taxID          | never |                 |      |          |                                              |
      | ethnicity      | never |                 |      |          | equal opportunity survey                     |
      | gender         | never |                 |      |          | the same survey                              |
      | comments       | never |                 |      |          | what recruiters write about people           |
      |                | kept  | push_token      |      |          | made by the phone                            |
      |                | kept  | app_rating      |      |          | the worker's own opinion                     |

  @values @owner:dana
  Scenario Outline: <Bullhorn status> means <Shiftline status>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Worker status
      | Bullhorn status | Shiftline status | why                                                      |
      | Active          | available        |                                                          |
      | Available       | available        |                                                          |
      | Interviewing    | available        | an interview does not take them off the market           |
      | New Lead        | available        | a placement can be approved before the status is changed |
      | Placed          | assigned         |                                                          |
      | Inactive        | inactive         |                                                          |
      | anything else   | error            | better held back than wrong: someone must look           |

    Examples: Employee type
      | Bullhorn type | Shiftline type | match                   | why                                     |
      | W2            | w2             | ignoring case           | branches write "w2" and "W2"            |
      | 1099          | contractor     |                         |                                         |
      | corp          | contractor     | contains, ignoring case | "Corp to Corp", "Corp-to-Corp"          |
      | (blank)       |                |                         |                                         |
      | anything else | left out       |                         | an unknown type says nothing to workers |

    Examples: Preferred shift
      | Bullhorn shift | Shiftline shift | back to  | why                             |
      | Days           | day             | Days     |                                 |
      | 1st shift      | day             | Days     | how the older branches wrote it |
      | Evenings       | evening         | Evenings |                                 |
      | 2nd shift      | evening         | Evenings |                                 |
      | Nights         | night           |          |                                 |
      | Weekends       | weekend         |          |                                 |
      | (blank)        |                 |          | nobody has asked yet            |
      | anything else  | error           |          | a recruiter must look           |

  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Who reaches the app
      | who                                                                                              | outcome                    | why                                    |
      | isDeleted is yes                                                                                 | leaves the app as inactive | nobody is deleted by a program         |
      | status is one of "DNU" or "Archive"                                                              | leaves the app as inactive | do not use, whatever else holds        |
      | some Placement has (status is "Approved" and (dateEnd is blank or dateEnd is on or after today)) | reaches the app            | they work for us now, or soon          |
      | some Placement has (status is "Approved")                                                        | leaves the app as inactive | they have worked for us, and may again |
      | anyone else                                                                                      | never reaches the app      | candidates are no workers              |

  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What becomes of workers
      | when                              | then                                            | why                                       |
      | a candidate leaves the population | the worker becomes inactive                     | the app keeps their history               |
      | a candidate is deleted            | the worker becomes inactive                     | nobody is deleted by a program            |
      | a candidate is archived           | the worker becomes inactive                     |                                           |
      | a candidate comes back            | the same worker becomes current again           | their ratings and badges are still theirs |
      | two candidates are merged         | one worker remains, with the survivor's details | whoever was entered twice                 |
      | a worker is deleted in the app    | the candidate is untouched                      | Bullhorn is what payroll reads            |

  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: What becomes of bad candidates
      | bad data                                   | then                                 | why                                              |
      | a required field is blank                  | the record is held back and reported |                                                  |
      | a value is not in its table                | the record is held back and reported | someone must look                                |
      | a phone cannot be read                     | the field is left out                | better no number than a wrong one                |
      | an e-mail cannot be read                   | the field is left out                |                                                  |
      | a text is too long                         | the text is cut                      | nobody reads that far on a telephone             |
      | a reference leads nowhere                  | the field is left out                | a recruiter whom nobody has invited yet          |
      | two records share a key                    | the record is held back and reported | one of them is the other, or an address is wrong |
      | hourlyRate < 0                             | the record is held back and reported | a slip of the finger                             |
      | a text has characters that cannot be shown | the record is held back and reported | pasted out of a file, or half of an emoji        |
